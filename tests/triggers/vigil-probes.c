// Functions and static probes in user space, for cases that hook them. `vigil-probes help` lists.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/triggers/vigil-tide.h"

/* Called as written, whatever the compiler sees of caller and function. */
#ifdef __clang__
#define HOOKED __attribute__((noinline, optnone))
#else
#define HOOKED __attribute__((noinline, noipa))
#endif

/* --- functions ------------------------------------------------------------------ */

HOOKED int turn(int level, unsigned long size, const char *text)
{
	return level < 0 ? level : (int)(size + strlen(text));
}

HOOKED long eight(long a, long b, long c, long d, long e, long f, long g, long h)
{
	return a + b + c + d + e + f + g * h;
}

HOOKED int mark(const char *file)
{
	int fd = open(file, O_WRONLY | O_CREAT, 0644);

	return fd < 0 ? 1 : close(fd);
}

HOOKED unsigned long hear(const char *text)
{
	return (unsigned long)text & 1;
}

/* The system call stands in the function itself: libraries may come without frame pointers. */
HOOKED long reach(const char *file)
{
	long fd;

	__asm__ volatile("syscall"
			 : "=a"(fd)
			 : "a"(SYS_open), "D"(file), "S"(O_RDONLY), "d"(0),
			   "r"(__builtin_frame_address(0)) /* a leaf would have no frame */
			 : "rcx", "r11", "memory");
	return fd;
}

HOOKED long lean(const char *file)
{
	return reach(file) + 1;
}

/* Alone in its pages. */
static const char far_text[8192] __attribute__((aligned(4096))) = "far away";
/* The same, and from one page into the next. */
static const char wide_text[8192] __attribute__((aligned(4096))) = {
	[4090] = 'a', 'c', 'r', 'o', 's', 's', ' ', 't', 'h', 'e', ' ', 'e', 'd', 'g', 'e'};

static int do_turn(char **arg)
{
	printf("%d\n", turn(atoi(arg[0]), strtoul(arg[1], NULL, 0), arg[2]));
	return 0;
}

static int do_eight(char **arg)
{
	(void)arg;
	printf("%ld\n", eight(1, 2, 3, 4, 5, 6, 7, -8));
	return 0;
}

static int do_mark(char **arg)
{
	return mark(arg[0]);
}

static int do_hear(char **arg)
{
	/* Pages around those that are read come along. */
	madvise((void *)far_text, sizeof far_text, MADV_DONTNEED);
	madvise((void *)wide_text, sizeof wide_text, MADV_DONTNEED);
	if (!strcmp(arg[0], "far"))
		return (int)hear(far_text);
	if (!strcmp(arg[0], "wide"))
		return (int)hear(wide_text + 4090);
	if (!strcmp(arg[0], "nowhere"))
		return (int)hear((const char *)8);
	return (int)hear(arg[0]) & 0;
}

/* Its memory is looked at while it waits. */
static int do_reach(char **arg)
{
	long fd = lean(arg[0]);

	sleep(2);
	return fd <= 0;
}

static int do_library(char **arg)
{
	printf("%d\n", tide_depth(atoi(arg[0])));
	return 0;
}

/* --- static probes ---------------------------------------------------------------
 * As sys/sdt.h leaves them: a nop, and a note that tells where it is and where its
 * arguments are. Written by hand, so that every form of argument is surely there.
 */
__asm__(".pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n"
	".weak _.stapsdt.base\n"
	".hidden _.stapsdt.base\n"
	"_.stapsdt.base: .space 1\n"
	".size _.stapsdt.base, 1\n"
	".popsection\n");

#define PROBE(name, semaphore, arguments, ...)                               \
	__asm__ volatile("990: nop\n"                                        \
			 ".pushsection .note.stapsdt,\"\",\"note\"\n"        \
			 ".balign 4\n"                                       \
			 ".4byte 992f-991f, 994f-993f, 3\n"                  \
			 "991: .asciz \"stapsdt\"\n"                         \
			 "992: .balign 4\n"                                  \
			 "993: .8byte 990b, _.stapsdt.base, " semaphore "\n" \
			 ".asciz \"tide\"\n"                                 \
			 ".asciz \"" name "\"\n"                             \
			 ".asciz \"" arguments "\"\n"                        \
			 "994: .balign 4\n"                                  \
			 ".popsection\n" ::__VA_ARGS__                       \
			 : "memory")

HOOKED static void fire_forms(const char *text)
{
	static const struct {
		signed char small;
		unsigned short middle;
		int large;
		long huge[4];
	} memory = {-3, 65533, -70000, {10, 11, 12, 13}};

	PROBE("registers", "0", "-4@%%edi 4@%%esi -1@%%dl 2@%%cx 8@%%rax 1@%%ah", "D"(-5), "S"(-6),
	      "d"(0xfffffff9), "c"(0x1fff8), "a"(0x123456789abcULL));
	PROBE("memory", "0", "-1@(%%rdi) 2@2(%%rdi) -4@4(%%rdi) 8@8(%%rdi,%%rsi,8) -8@$-9",
	      "D"(&memory), "S"(2L));
	PROBE("text", "0", "8@%%rdi 8@(%%rsi) 4@$5", "D"(text), "S"(&text));
}

volatile unsigned short tide_gate_semaphore __attribute__((section(".probes")));

HOOKED static void fire_gated(void)
{
	if (tide_gate_semaphore)
		PROBE("gate", "tide_gate_semaphore", "4@%%edi", "D"(42));
}

static int do_probes(char **arg)
{
	fire_forms(arg[0]);
	return 0;
}

static int do_gate(char **arg)
{
	(void)arg;
	puts(tide_gate_semaphore ? "open" : "closed");
	fire_gated();
	return 0;
}

/* The probe passes a number where it stands, and goes on with what is there afterwards. */
HOOKED static int fire_set(void)
{
	int level = 7;

	PROBE("set", "0", "-4@(%%rdi) 4@%%esi", "D"(&level), "S"(1));
	return level;
}

static int do_set(char **arg)
{
	(void)arg;
	printf("%d\n", fire_set());
	return 0;
}

/* --- the table ------------------------------------------------------------------- */

static const struct {
	const char *name;
	int least; /* arguments */
	const char *arguments;
	int (*run)(char **arg);
} rows[] = {
	{"turn", 3, "LEVEL SIZE TEXT", do_turn},
	{"eight", 0, "", do_eight},
	{"mark", 1, "FILE", do_mark},
	{"hear", 1, "TEXT|far|wide|nowhere", do_hear},
	{"reach", 1, "FILE", do_reach},
	{"library", 1, "DEPTH", do_library},
	{"probes", 1, "TEXT", do_probes},
	{"gate", 0, "", do_gate},
	{"set", 0, "", do_set},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof rows / sizeof *rows; i++)
		if (strcmp(rows[i].name, argv[1]) == 0 && argc - 2 >= rows[i].least)
			return rows[i].run(argv + 2);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		printf("vigil-probes %s %s\n", rows[i].name, rows[i].arguments);
	return 2;
}
