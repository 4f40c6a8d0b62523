// plant.ko symbol=kvm_io_bus_write rounds=100: lengthens a kernel function by what a kprobe costs and by 2 * rounds instructions.
#include <linux/kprobes.h>
#include <linux/module.h>

static char *symbol = "kvm_io_bus_write";
module_param(symbol, charp, 0444);
static uint rounds = 100;
module_param(rounds, uint, 0644);

static int lengthen(struct kprobe *probe, struct pt_regs *registers)
{
	uint n = rounds;

	if (n)
		asm volatile("1: dec %0\n jnz 1b" : "+r"(n) : : "cc");
	return 0;
}

static struct kprobe probe = { .pre_handler = lengthen };

static int __init plant(void)
{
	probe.symbol_name = symbol;
	return register_kprobe(&probe);
}

static void __exit unplant(void)
{
	unregister_kprobe(&probe);
}

module_init(plant);
module_exit(unplant);
MODULE_LICENSE("Dual MIT/GPL");
