/*
 * SPDX-License-Identifier: MIT
 *
 * A plugin for QEMU's TCG that writes down which instructions an emulated host executes from one reading of the clock by its guest to the
 * next, with at least one exit between them: in order, exactly, and without any change to what is emulated. Equal ways are kept once and
 * counted. ExitProf compiles it with the machine's own cc when it is first needed:
 *   cc -O2 -shared -fPIC -DPLUGIN_VERSION=N exit-path.c, used by -plugin exit-path.so,out=FILE
 *
 * QEMU's header is in no package of Debian, so the few functions that are needed are declared here. Of the versions 1 to 7 of the interface
 * they differ in two: insn_data copies from 3 on; from 7 on callbacks get their own data last instead of the plugin's number first.
 *
 * The file: "EXITPATH", u32 1, u32 number of ways, u64 ways that were too long, u64 ways for which there was no room; then each way: u64
 * how often, u64 how many instructions, and for each a u64, its address below bit 56 and what it is above (KIND_...). Little-endian.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
extern void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void *callback, void *data);
extern void qemu_plugin_register_atexit_cb(uint64_t id, void *callback, void *data);
extern void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, void (*callback)(unsigned, void *), int flags, void *data);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
extern size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
extern uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
#if PLUGIN_VERSION >= 3
extern size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *to, size_t bytes);
#else
extern const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
#endif

#define EXPORT __attribute__((visibility("default")))
EXPORT int qemu_plugin_version = PLUGIN_VERSION;

#define KIND_CALL 1ull
#define KIND_RETURN 2ull
#define KIND_GUEST 4ull
#define KIND_CLOCK 8ull
#define KIND_VMRUN 16ull
#define KIND_SHIFT 56
#define ADDRESS ((1ull << KIND_SHIFT) - 1)
#define VMRUN_BYTES 3

/* An exit of a real scenario has 1,000 to 30,000; one that a timer tick hits has 90,000. */
#define MOST_INSTRUCTIONS 262144
#define MOST_WAYS 1024

struct way {
  uint64_t hash, count, length;
  uint64_t *instructions;
};

static uint64_t plugin;
static FILE *out;
static struct way ways[MOST_WAYS];
static unsigned used, victim;
static uint64_t too_long, no_room;

/* The way under way. Without a reading of the clock there is none; one that never left the guest is none either. */
static uint64_t now[MOST_INSTRUCTIONS];
static uint64_t length;
static bool open_, left_guest, in_guest;
static uint64_t after_vmrun;

static void keep(void) {
  struct way *w = NULL;
  uint64_t hash = 0;
  for (uint64_t i = 0; i < length; i++) {
    hash = (hash ^ now[i]) * 0x9E3779B97F4A7C15ull;
    hash ^= hash >> 29;
  }
  for (unsigned i = 0; i < used; i++) {
    if (ways[i].hash == hash && ways[i].length == length && !memcmp(ways[i].instructions, now, length * 8)) {
      ways[i].count++;
      return;
    }
  }
  if (used < MOST_WAYS) {
    w = &ways[used++];
  } else {
    /* What came once, a timer tick for instance, makes room. */
    for (unsigned i = 0; i < MOST_WAYS && !w; i++) {
      victim = (victim + 1) % MOST_WAYS;
      if (ways[victim].count == 1) w = &ways[victim];
    }
    no_room++;
    if (!w) return;
    free(w->instructions);
  }
  *w = (struct way){hash, 1, length, malloc(length * 8)};
  if (!w->instructions) abort();
  memcpy(w->instructions, now, length * 8);
}

static void on_instruction(unsigned cpu, void *data) {
  uint64_t x = (uint64_t)(uintptr_t)data;
  (void)cpu;
  if (in_guest && (x & ADDRESS) == after_vmrun) {
    in_guest = false;
    left_guest = true;
    /* The guest's instruction that exits is begun and not executed: the emulated clock does not count it. */
    if (open_ && length && length < MOST_INSTRUCTIONS && (now[length - 1] >> KIND_SHIFT & KIND_GUEST)) length--;
  }
  if (in_guest) x |= KIND_GUEST << KIND_SHIFT;
  if ((x >> KIND_SHIFT & (KIND_GUEST | KIND_CLOCK)) == (KIND_GUEST | KIND_CLOCK)) {
    if (open_ && left_guest) {
      if (length < MOST_INSTRUCTIONS) keep();
      else too_long++;
    }
    open_ = true;
    left_guest = false;
    length = 0;
  }
  if (x >> KIND_SHIFT & KIND_VMRUN) {
    in_guest = true;
    after_vmrun = (x + VMRUN_BYTES) & ADDRESS;
  }
  if (!open_ || length == MOST_INSTRUCTIONS) return;
  now[length++] = x;
}

static uint64_t kind(const unsigned char *b, size_t n) {
  if (n == VMRUN_BYTES && b[0] == 0x0f && b[1] == 0x01 && b[2] == 0xd8) return KIND_VMRUN;
  if (n == 2 && b[0] == 0x0f && b[1] == 0x31) return KIND_CLOCK;
  if (n == 3 && b[0] == 0x0f && b[1] == 0x01 && b[2] == 0xf9) return KIND_CLOCK;
  /* Segment, repeat, operand and REX prefixes. */
  while (n && (*b == 0x2e || *b == 0x3e || *b == 0xf2 || *b == 0xf3 || *b == 0x66 || (*b & 0xf0) == 0x40)) b++, n--;
  if (n && (*b == 0xe8 || (n > 1 && *b == 0xff && (b[1] >> 3 & 7) == 2))) return KIND_CALL;
  return n && (*b == 0xc3 || *b == 0xc2) ? KIND_RETURN : 0;
}

static void translate(struct qemu_plugin_tb *tb) {
  size_t n = qemu_plugin_tb_n_insns(tb);
  for (size_t i = 0; i < n; i++) {
    struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
    size_t bytes = qemu_plugin_insn_size(insn);
#if PLUGIN_VERSION >= 3
    unsigned char data[16];
    bytes = qemu_plugin_insn_data(insn, data, bytes < sizeof data ? bytes : sizeof data);
#else
    const unsigned char *data = qemu_plugin_insn_data(insn);
#endif
    uint64_t x = (qemu_plugin_insn_vaddr(insn) & ADDRESS) | kind(data, bytes) << KIND_SHIFT;
    qemu_plugin_register_vcpu_insn_exec_cb(insn, on_instruction, 0, (void *)(uintptr_t)x);
  }
}

/* (number, block) in earlier versions of the interface, (block, own data) in later ones. */
static void on_translation(uintptr_t first, uintptr_t second) { translate((struct qemu_plugin_tb *)(first == plugin ? second : first)); }

static void number(uint64_t value, size_t bytes) { fwrite(&value, bytes, 1, out); }

static void on_end(void) {
  /* What came once is no way that a scenario takes again and again, unless all of them did. */
  unsigned listed = 0;
  uint64_t least = 2;
  for (unsigned i = 0; i < used; i++) listed += ways[i].count >= least;
  if (!listed) least = 1, listed = used;
  fwrite("EXITPATH", 8, 1, out);
  number(1, 4);
  number(listed, 4);
  number(too_long, 8);
  number(no_room, 8);
  for (unsigned i = 0; i < used; i++) {
    if (ways[i].count < least) continue;
    number(ways[i].count, 8);
    number(ways[i].length, 8);
    fwrite(ways[i].instructions, 8, ways[i].length, out);
  }
  fclose(out);
}

EXPORT int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv) {
  (void)info;
  for (int i = 0; i < argc; i++) {
    if (!strncmp(argv[i], "out=", 4)) out = fopen(argv[i] + 4, "wb");
  }
  if (!out) return 1;
  plugin = id;
  /* Arguments that an earlier version does not have are left alone by it. */
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation, NULL);
  qemu_plugin_register_atexit_cb(id, on_end, NULL);
  return 0;
}
