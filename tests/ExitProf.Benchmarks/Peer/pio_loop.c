/*
 * The floor under ExitProf's own loop: as little C as makes a 64-bit ring 3 guest write to a port that user space answers.
 *
 *   gcc -O2 -o pio_loop pio_loop.c && taskset -c 1 ./pio_loop [exits]
 *
 * Prints one line, in TSC cycles:  port n EXITS guest MIN P50 P90 run MIN P50 P90
 * "guest" lies between the guest's stamps around its OUT, "run" is one ioctl(KVM_RUN) as user space sees it. Guest memory is
 * mapped one to one by 2 MiB pages. Compare in alternating short runs: a shared machine drifts by more than loops differ.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <x86intrin.h>

#define MEMORY_BYTES (4ul << 20)
#define CODE 0x1000
#define PML4 0x2000
#define PDPT 0x3000
#define PAGE_DIRECTORY 0x4000
#define STACK_TOP 0x5f00
#define TSS 0x6000 /* to 0x8067: its permission bitmap of 8 KiB stays zero, so ring 3 may use every port */
#define WANTED 0xc000
#define TIMES 0x100000
#define MAX_EXITS 0x10000

enum { PORT = 0x3f8, DONE_PORT = 0xd0 };

/* Stamp, OUT, stamp, keep the difference; after as many as wanted, write to the done port. */
__asm__(".pushsection .rodata\n"
        "guest_code:\n"
        "  mov $0x100000, %r14d\n"
        "  mov 0xc000, %r15d\n"
        "again:\n"
        "  rdtsc\n"
        "  shl $32, %rdx\n"
        "  or %rdx, %rax\n"
        "  mov %rax, %r13\n"
        "  mov $0x3f8, %edx\n"
        "  out %al, %dx\n"
        "  rdtsc\n"
        "  shl $32, %rdx\n"
        "  or %rdx, %rax\n"
        "  sub %r13, %rax\n"
        "  mov %rax, (%r14)\n"
        "  add $8, %r14\n"
        "  dec %r15d\n"
        "  jnz again\n"
        "  out %al, $0xd0\n"
        "guest_code_end:\n"
        ".popsection\n");
extern const uint8_t guest_code[], guest_code_end[];

static void die(const char *call) {
  perror(call);
  exit(1);
}

static void set_up_memory(uint8_t *memory, uint32_t exits) {
  uint64_t *pml4 = (uint64_t *)(memory + PML4), *pdpt = (uint64_t *)(memory + PDPT), *pages = (uint64_t *)(memory + PAGE_DIRECTORY);
  const uint64_t present_writable_user = 7, large = 0x80;
  pml4[0] = PDPT | present_writable_user;
  pdpt[0] = PAGE_DIRECTORY | present_writable_user;
  for (uint64_t i = 0; i < 512; i++) pages[i] = i << 21 | large | present_writable_user;
  *(uint16_t *)(memory + TSS + 0x66) = 0x68; /* where in the TSS the permission bitmap begins */
  memcpy(memory + CODE, guest_code, guest_code_end - guest_code);
  *(uint32_t *)(memory + WANTED) = exits;
}

static void set_up_registers(int vcpu) {
  struct kvm_sregs s;
  if (ioctl(vcpu, KVM_GET_SREGS, &s)) die("KVM_GET_SREGS");
  s.cs = (struct kvm_segment){.limit = ~0u, .selector = 0x33, .type = 11, .present = 1, .dpl = 3, .s = 1, .l = 1, .g = 1};
  s.ds = s.es = s.fs = s.gs = s.ss =
      (struct kvm_segment){.limit = ~0u, .selector = 0x2b, .type = 3, .present = 1, .dpl = 3, .db = 1, .s = 1, .g = 1};
  s.tr = (struct kvm_segment){.base = TSS, .limit = 0x2067, .selector = 0x40, .type = 11, .present = 1};
  s.cr0 = 0x80050033; /* PG AM WP NE ET MP PE */
  s.cr3 = PML4;
  s.cr4 = 0x620;  /* OSXMMEXCPT OSFXSR PAE */
  s.efer = 0xd01; /* NX LMA LME SCE */
  if (ioctl(vcpu, KVM_SET_SREGS, &s)) die("KVM_SET_SREGS");
  struct kvm_regs r = {.rip = CODE, .rsp = STACK_TOP, .rflags = 0x3002}; /* IOPL 3 */
  if (ioctl(vcpu, KVM_SET_REGS, &r)) die("KVM_SET_REGS");
}

static void set_up_cpuid(int kvm, int vcpu) {
  static struct { struct kvm_cpuid2 head; struct kvm_cpuid_entry2 entries[256]; } cpuid = {.head.nent = 256};
  if (ioctl(kvm, KVM_GET_SUPPORTED_CPUID, &cpuid)) die("KVM_GET_SUPPORTED_CPUID");
  if (ioctl(vcpu, KVM_SET_CPUID2, &cpuid)) die("KVM_SET_CPUID2");
}

static int ascending(const void *left, const void *right) {
  uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
  return (a > b) - (a < b);
}

static void print(const char *what, uint64_t *cycles, int n) {
  qsort(cycles, n, sizeof *cycles, ascending);
  printf(" %s %lu %lu %lu", what, cycles[0], cycles[n / 2], cycles[n * 9 / 10]);
}

int main(int argc, char **argv) {
  int wanted = argc > 1 ? atoi(argv[1]) : 2000;
  if (wanted < 1 || wanted > MAX_EXITS) {
    fprintf(stderr, "exits: 1 to %d\n", MAX_EXITS);
    return 2;
  }
  int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
  if (kvm < 0) die("/dev/kvm");
  int vm = ioctl(kvm, KVM_CREATE_VM, 0);
  if (vm < 0) die("KVM_CREATE_VM");
  ioctl(vm, KVM_SET_TSS_ADDR, 0xfffbd000); /* VMX wants it before the first vCPU; other back-ends may refuse it */
  uint8_t *memory = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (memory == MAP_FAILED) die("mmap");
  struct kvm_userspace_memory_region slot = {.memory_size = MEMORY_BYTES, .userspace_addr = (uint64_t)memory};
  if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &slot)) die("KVM_SET_USER_MEMORY_REGION");
  int vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
  if (vcpu < 0) die("KVM_CREATE_VCPU");
  int run_bytes = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
  struct kvm_run *run = mmap(NULL, run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
  if (run == MAP_FAILED) die("mmap of kvm_run");
  set_up_cpuid(kvm, vcpu);
  set_up_memory(memory, wanted);
  set_up_registers(vcpu);

  uint64_t *took = calloc(wanted, sizeof *took);
  if (!took) die("calloc");
  alarm(60);
  for (int exits = 0;;) {
    uint64_t before = __rdtsc();
    int failed = ioctl(vcpu, KVM_RUN, 0);
    uint64_t after = __rdtsc();
    if (failed && errno == EINTR) continue;
    if (failed) die("KVM_RUN");
    if (run->exit_reason != KVM_EXIT_IO) {
      fprintf(stderr, "unexpected exit reason %u\n", run->exit_reason);
      return 1;
    }
    if (run->io.port == DONE_PORT) break;
    if (run->io.port != PORT || exits == wanted) {
      fprintf(stderr, "unexpected access to port 0x%x after %d exits\n", run->io.port, exits);
      return 1;
    }
    took[exits++] = after - before;
  }
  printf("port n %d", wanted);
  print("guest", (uint64_t *)(memory + TIMES), wanted);
  print("run", took, wanted);
  printf("\n");
  return 0;
}
