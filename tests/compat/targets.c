/* What the recorded uprobe policies put their probes on, one program per name given by -D. */
#include <stdint.h>

int uprobe_test_lib_arg3(int8_t first, uint64_t second, uint32_t third);

#ifdef LIBRARY
int uprobe_test_lib_arg3(int8_t first, uint64_t second, uint32_t third)
{
	return first + (int)second + (int)third;
}
#endif

#ifdef CALLS_LIBRARY
int main(void)
{
	return uprobe_test_lib_arg3(1, 0xdeadbeef, 0) == 0;
}
#endif

#ifdef RETURNS
__attribute__((noinline)) int pizza(void)
{
	__asm__ volatile("");
	return 0;
}

int main(void)
{
	return pizza();
}
#endif

#ifdef NOTHING
int main(void)
{
	return 0;
}
#endif
