# Sourced by get.sh and host.sh: where packages are kept, and how a script ends.

# Outside the tree, shared by every clone of this user.
cache=${EXITPROF_HOSTS:-${XDG_CACHE_HOME:-$HOME/.cache}/exitprof-hosts}
kernel=linux-6.1-vmx

say() { echo "${0##*/}: $*" >&2; }

# What this machine cannot offer: a test that meets it is skipped.
cannot() { say "$*"; exit 77; }

fail() { say "$*"; exit 1; }
