# Sourced by get.sh and host.sh: where packages are kept, and how a script ends.

# Outside the tree, shared by every clone of this user.
cache=${EXITPROF_HOSTS:-${XDG_CACHE_HOME:-$HOME/.cache}/exitprof-hosts}

say() { echo "${0##*/}: $*" >&2; }

# What this machine cannot offer: a test that meets it is skipped.
cannot() { say "$*"; exit 77; }

fail() { say "$*"; exit 1; }

# kernel HOST: the folder of the host's kernel under the cache.
kernel() { case $1 in svm-6.12) echo linux-6.12 ;; *) echo linux-6.1-cloud ;; esac; }
