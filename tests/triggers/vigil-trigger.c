// Does one thing per run, so that a test case sees what one thing does. `vigil-trigger help` lists.
// A call that fails prints the name of its error ("EPERM") and gives exit status 1.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int failed(void)
{
	puts(strerrorname_np(errno));
	return 1;
}

static int done(long result)
{
	return result < 0 ? failed() : 0;
}

/* --- files --------------------------------------------------------------- */

static int do_read(char **arg)
{
	char text[4096];
	int fd = open(arg[0], O_RDONLY);
	if (fd < 0)
		return failed();
	ssize_t size = read(fd, text, sizeof text);
	if (size < 0)
		return failed();
	fwrite(text, 1, (size_t)size, stdout);
	return 0;
}

static int do_write(char **arg)
{
	int fd = open(arg[0], O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0)
		return failed();
	return done(write(fd, arg[1], strlen(arg[1])));
}

/* Each TEXT is a piece. */
static int do_writev(char **arg)
{
	struct iovec pieces[1024];
	int count = 0, fd = open(arg[0], O_WRONLY | O_CREAT | O_TRUNC, 0644);
	for (; count < 1024 && arg[1 + count]; count++)
		pieces[count] = (struct iovec){arg[1 + count], strlen(arg[1 + count])};
	return done(writev(fd, pieces, count));
}

/* Into a piece of four bytes and one for the rest. */
static int do_readv(char **arg)
{
	char first[4] = "", rest[4096] = "";
	struct iovec pieces[] = {{first, sizeof first}, {rest, sizeof rest}};
	int fd = open(arg[0], O_RDONLY);

	return fd < 0 ? failed() : done(readv(fd, pieces, 2));
}

/* A device that is no address. */
static int do_mount_nothing(char **arg)
{
	return done(syscall(SYS_mount, 1, "/mnt", arg[0], 0, NULL));
}

static int do_open(char **arg)
{
	return done(open(arg[0], O_RDONLY));
}

static int do_unlink(char **arg)
{
	return done(unlink(arg[0]));
}

/* As a program of 32 bits makes it: its path below 4 GiB, its number that of i386. */
static int do_mkdir32(char **arg)
{
#if defined(__x86_64__)
	const int nr_mkdir = 39;
	long result;
	char *path = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	if (path == MAP_FAILED)
		return failed();
	snprintf(path, 4096, "%s", arg[0]);
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(nr_mkdir), "b"(path), "c"(0755)
			 : "memory", "r8", "r9", "r10", "r11");
	if ((int)result < 0) {
		errno = -(int)result;
		return failed();
	}
	return 0;
#else
	(void)arg;
	puts("ENOSYS");
	return 1;
#endif
}

static int do_mkdir(char **arg)
{
	return done(mkdir(arg[0], 0750));
}

static int do_truncate(char **arg)
{
	return done(truncate(arg[0], atol(arg[1])));
}

static int do_chdir(char **arg)
{
	return done(chdir(arg[0]));
}

/* Opens a file again and again until another file appears; tells how often that worked. */
static int do_hammer(char **arg)
{
	long tries = 0, successes = 0;
	while (access(arg[1], F_OK) != 0) {
		int fd = open(arg[0], O_RDONLY);
		tries++;
		if (fd >= 0) {
			successes++;
			close(fd);
		}
	}
	printf("%s tries, %ld successes\n", tries > 0 ? "many" : "no", successes);
	return 0;
}

/* Reads a file below a folder, both reached through a descriptor that has no place in the tree. */
static int read_below(int folder, const char *name)
{
	char text[256];
	int fd = openat(folder, name, O_RDONLY);
	ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof text);

	if (size < 0)
		return failed();
	fwrite(text, 1, (size_t)size, stdout);
	return 0;
}

static int do_read_detached(char **arg)
{
	if (unshare(CLONE_NEWNS) < 0)
		return failed();
	return read_below((int)syscall(SYS_open_tree, AT_FDCWD, arg[0], OPEN_TREE_CLONE), arg[1]);
}

static int do_read_unmounted(char **arg)
{
	int folder;

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount(arg[0], "/mnt", NULL, MS_BIND, NULL) < 0)
		return failed();
	folder = open("/mnt", O_PATH | O_DIRECTORY);
	if (folder < 0 || umount2("/mnt", MNT_DETACH) < 0)
		return failed();
	return read_below(folder, arg[1]);
}

/* --- numbers: calls that do nothing with any arguments ---------------------- */

static int do_lseek(char **arg)
{
	syscall(SYS_lseek, strtol(arg[0], NULL, 0), strtoll(arg[1], NULL, 0),
		strtol(arg[2], NULL, 0));
	return 0;
}

/* The first argument must be an option that the kernel does not know. */
static int do_prctl(char **arg)
{
	unsigned long value[5];
	for (int i = 0; i < 5; i++)
		value[i] = strtoul(arg[i], NULL, 0);
	syscall(SYS_prctl, value[0], value[1], value[2], value[3], value[4]);
	return 0;
}

static int do_setuid(char **arg)
{
	return done(syscall(SYS_setuid, atoi(arg[0])));
}

/* --- network --------------------------------------------------------------- */

static socklen_t address_of(struct sockaddr_storage *to, const char *host, const char *port)
{
	struct sockaddr_in *v4 = (void *)to;
	struct sockaddr_in6 *v6 = (void *)to;
	memset(to, 0, sizeof *to);
	if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((unsigned short)atoi(port));
		return sizeof *v4;
	}
	if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((unsigned short)atoi(port));
		return sizeof *v6;
	}
	fprintf(stderr, "vigil-trigger: '%s' is no address\n", host);
	exit(2);
}

/* As AF_INET does, but without saying so. */
static int do_bind_unspec(char **arg)
{
	struct sockaddr_storage to;
	socklen_t size = address_of(&to, arg[0], arg[1]);
	int bound = socket(to.ss_family, SOCK_STREAM, 0);

	to.ss_family = AF_UNSPEC;
	if (bind(bound, (void *)&to, size) < 0 || listen(bound, 1) < 0 ||
	    getsockname(bound, (void *)&to, &size) < 0)
		return failed();
	printf("listening at port %d\n", ntohs(((struct sockaddr_in *)&to)->sin_port));
	return 0;
}

/* Listens there itself first, so that only a policy can refuse the connection. */
static int do_connect(char **arg)
{
	struct sockaddr_storage to;
	socklen_t size = address_of(&to, arg[0], arg[1]);
	int on = 1;
	int server = socket(to.ss_family, SOCK_STREAM, 0);
	setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(server, (void *)&to, size) < 0 || listen(server, 1) < 0)
		return failed();
	if (connect(socket(to.ss_family, SOCK_STREAM, 0), (void *)&to, size) < 0)
		return failed();
	puts("connected");
	return 0;
}

static int do_connect_udp(char **arg)
{
	struct sockaddr_storage to;
	socklen_t size = address_of(&to, arg[0], arg[1]);
	if (connect(socket(to.ss_family, SOCK_DGRAM, 0), (void *)&to, size) < 0)
		return failed();
	puts("connected");
	return 0;
}

/* Connects for people to see. */
static int do_dial(char **arg)
{
	struct sockaddr_storage to;
	socklen_t size = address_of(&to, arg[0], arg[1]);
	if (connect(socket(to.ss_family, SOCK_STREAM, 0), (void *)&to, size) < 0) {
		printf("connect to %s port %s: %s\n", arg[0], arg[1], strerror(errno));
		return 1;
	}
	printf("connected to %s port %s\n", arg[0], arg[1]);
	return 0;
}

/* Listens on an address until it is killed; says when it does. */
static int do_serve(char **arg)
{
	struct sockaddr_storage to;
	socklen_t size = address_of(&to, arg[0], arg[1]);
	int on = 1;
	int server = socket(to.ss_family, SOCK_STREAM, 0);
	setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(server, (void *)&to, size) < 0 || listen(server, 8) < 0)
		return failed();
	puts("listening");
	fflush(stdout);
	for (;;)
		close(accept(server, NULL, NULL));
}

/* Sends one byte. */
static int do_send_udp(char **arg)
{
	struct sockaddr_storage to;
	socklen_t size = address_of(&to, arg[0], arg[1]);
	return done(sendto(socket(to.ss_family, SOCK_DGRAM, 0), "x", 1, 0, (void *)&to, size));
}

static int do_send_udp_unspec(char **arg)
{
	struct sockaddr_storage to;
	socklen_t size = address_of(&to, arg[0], arg[1]);
	int sender = socket(to.ss_family, SOCK_DGRAM, 0);

	to.ss_family = AF_UNSPEC;
	return done(sendto(sender, "x", 1, 0, (void *)&to, size));
}

/* Connects there and then to nothing. */
static int do_disconnect(char **arg)
{
	struct sockaddr_storage to;
	socklen_t size = address_of(&to, arg[0], arg[1]);
	int connected = socket(to.ss_family, SOCK_DGRAM, 0);
	struct sockaddr nothing = {.sa_family = AF_UNSPEC};

	if (connect(connected, (void *)&to, size) < 0 ||
	    connect(connected, &nothing, sizeof nothing) < 0)
		return failed();
	puts(getpeername(connected, (void *)&to, &size) < 0 ? "disconnected" : "connected");
	return 0;
}

/* A name that begins with an '@' is an abstract one, which ends where the address does. */
static int do_connect_unix(char **arg)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t size = strlen(arg[0]);

	memset(to.sun_path, 'z', sizeof to.sun_path); /* behind the end of the address */
	memcpy(to.sun_path, arg[0], size + (arg[0][0] != '@'));
	if (arg[0][0] == '@')
		to.sun_path[0] = 0;
	return done(connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&to,
			    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size)));
}

/* --- BPF, perf, capabilities, modules ------------------------------------------ */

static int do_bpf_map(char **arg)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 3};
	strncpy(attr.map_name, arg[0], sizeof attr.map_name - 1);
	return done(syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof attr));
}

static int do_bpf_prog(char **arg)
{
	struct bpf_insn code[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K},
				  {.code = BPF_JMP | BPF_EXIT}};
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
			       .insn_cnt = 2,
			       .insns = (uintptr_t)code,
			       .license = (uintptr_t)"GPL"};
	strncpy(attr.prog_name, arg[0], sizeof attr.prog_name - 1);
	return done(syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof attr));
}

static int do_perf_event(char **arg)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_SOFTWARE,
				       .size = sizeof attr,
				       .config = strtoull(arg[0], NULL, 0)};
	return done(syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0));
}

/* TYPE is what /sys/bus/event_source/devices/kprobe/type says. */
static int do_perf_kprobe(char **arg)
{
	struct perf_event_attr attr = {.type = (uint32_t)atoi(arg[0]),
				       .size = sizeof attr,
				       .kprobe_func = (uintptr_t)arg[1],
				       .probe_offset = strtoull(arg[2], NULL, 0)};
	return done(syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0));
}

/* Bits 0 to 31 of each set. */
static int do_capset(char **arg)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {
		{.effective = (uint32_t)strtoul(arg[0], NULL, 0),
		 .permitted = (uint32_t)strtoul(arg[1], NULL, 0),
		 .inheritable = (uint32_t)strtoul(arg[2], NULL, 0)}};
	return done(syscall(SYS_capset, &head, data));
}

static int do_load_module(char **arg)
{
	return done(syscall(SYS_finit_module, open(arg[0], O_RDONLY), "", 0));
}

static int do_unload_module(char **arg)
{
	return done(syscall(SYS_delete_module, arg[0], O_NONBLOCK));
}

/* --- threads ----------------------------------------------------------------- */

static int sleepers_pipe[2];
static unsigned long sleepers_size;
static int sleepers_done;

/* Waits for a byte; says by the size it asks for which one it is. */
static void *sleeper(void *number)
{
	char *byte = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (read(sleepers_pipe[0], byte, sleepers_size + (unsigned long)number) == 1)
		__sync_fetch_and_add(&sleepers_done, 1);
	return NULL;
}

/* COUNT threads wait in read(), each for SIZE and its number; then each gets a byte. */
static int do_sleepers(char **arg)
{
	int count = atoi(arg[0]);
	pthread_t *threads = calloc(count, sizeof *threads);
	pthread_attr_t small;

	sleepers_size = strtoul(arg[1], NULL, 0);
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 16384);
	if (pipe2(sleepers_pipe, O_DIRECT) < 0)
		return failed();
	for (long i = 0; i < count; i++)
		if (pthread_create(&threads[i], &small, sleeper, (void *)i) != 0)
			return failed();
	sleep(2);
	for (int i = 0; i < count; i++)
		if (write(sleepers_pipe[1], "x", 1) != 1)
			return failed();
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	printf("%d threads\n", sleepers_done);
	return 0;
}

/* --- processes --------------------------------------------------------------- */

static int do_exit(char **arg)
{
	return atoi(arg[0]);
}

static int do_signal(char **arg)
{
	raise(atoi(arg[0]));
	return 0;
}

static int do_exec(char **arg)
{
	execv(arg[0], arg);
	return failed();
}

/* Waits for `left` children; fewer is an error of this program. */
static void reap(int left)
{
	while (left > 0 && wait(NULL) > 0)
		left--;
	if (left > 0)
		exit(2);
}

/* spawn N FILE: N children that exec FILE, eight at a time. */
static int do_spawn(char **arg)
{
	int count = atoi(arg[0]);
	for (int i = 0; i < count; i++) {
		if (i >= 8)
			reap(1);
		pid_t child = fork();
		if (child < 0)
			return failed();
		if (child == 0) {
			execv(arg[1], arg + 1);
			_exit(127);
		}
	}
	reap(count < 8 ? count : 8);
	return 0;
}

/* fork N: N children that only exit. */
static int do_fork(char **arg)
{
	for (int i = atoi(arg[0]); i > 0; i--) {
		pid_t child = fork();
		if (child < 0)
			return failed();
		if (child == 0)
			_exit(0);
		reap(1);
	}
	return 0;
}

struct tally {
	long opened, denied, otherwise;
};

static void open_for(const char *file, int seconds, struct tally *tally)
{
	time_t end = time(NULL) + seconds;
	while (time(NULL) < end) {
		int fd = open(file, O_RDONLY);
		if (fd >= 0)
			close(fd);
		__sync_fetch_and_add(fd >= 0	      ? &tally->opened
				     : errno == EPERM ? &tally->denied
						      : &tally->otherwise,
				     1);
	}
}

/* Many processes at a time open one file, all of them always runnable. */
static int do_crowd(char **arg)
{
	int count = atoi(arg[0]);
	struct tally *tally = mmap(NULL, sizeof *tally, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tally == MAP_FAILED)
		return failed();
	for (int i = 0; i < count; i++) {
		pid_t child = fork();
		if (child < 0)
			return failed();
		if (child == 0) {
			open_for(arg[2], atoi(arg[1]), tally);
			_exit(0);
		}
	}
	reap(count);
	printf("opened %s, EPERM %s, other errors %ld\n", tally->opened ? "many" : "0",
	       tally->denied ? "many" : "0", tally->otherwise);
	return 0;
}

/* What the processes of `live` share. */
static struct {
	int gate[2]; /* closed for writing: they end */
	const char *file;
	int last;
} live;

static int live_child(void *number)
{
	char end;

	if (read(live.gate[0], &end, 1) != 0)
		return 1;
	if ((long)number == 0 || (long)number == live.last)
		close(open(live.file, O_RDONLY));
	return 0;
}

/* live N FILE: N processes at a time; the first and the last of them open FILE, then all end. */
static int do_live(char **arg)
{
	enum { stack_size = 4096 };
	long count = atol(arg[0]);
	char *stacks = mmap(NULL, (size_t)count * stack_size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	live.file = arg[1];
	live.last = (int)count - 1;
	if (stacks == MAP_FAILED || pipe(live.gate) < 0)
		return failed();
	/* One memory and one table of files, so that a process costs little. */
	for (long i = 0; i < count; i++)
		if (clone(live_child, stacks + (i + 1) * stack_size,
			  CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | SIGCHLD,
			  (void *)i) < 0)
			return failed();
	printf("%ld processes\n", count);
	fflush(stdout);
	close(live.gate[1]);
	reap((int)count);
	return 0;
}

static int do_vfork(char **arg)
{
	int status;
	pid_t child = vfork();
	if (child < 0)
		return failed();
	if (child == 0) {
		execv(arg[0], arg);
		_exit(127);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* A grandchild whose parent is gone execs; this program waits for it to end. */
static int do_double_fork(char **arg)
{
	int ends[2];
	char end;
	if (pipe(ends) < 0)
		return failed();
	if (fork() == 0) {
		pid_t middle = getpid();
		if (fork() != 0)
			_exit(0);
		while (getppid() == middle)
			sched_yield();
		close(ends[0]);
		execv(arg[0], arg);
		_exit(127);
	}
	close(ends[1]);
	reap(1);
	while (read(ends[0], &end, 1) > 0)
		;
	return 0;
}

static void *exec_in_thread(void *arg)
{
	char **argv = arg;
	execv(argv[0], argv);
	exit(127);
}

static int do_thread_exec(char **arg)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, exec_in_thread, arg) != 0)
		return failed();
	for (;;)
		pause();
}

/* long-argv COUNT SIZE: execs itself with COUNT arguments of SIZE letters: a..., b..., ... */
static void *read_when_told(void *argument)
{
	char **arg = argument;
	char text[256] = "";

	while (access(arg[0], F_OK) != 0)
		usleep(20000);
	int fd = open(arg[1], O_RDONLY);
	if (fd < 0)
		snprintf(text, sizeof text, "%s\n", strerrorname_np(errno));
	else if (read(fd, text, sizeof text - 1) < 0)
		_exit(1);
	fputs(text, stdout);
	fflush(stdout);
	_exit(0);
}

/* The main thread ends; another waits for a file, then reads a second one. */
static int do_leaderless(char **arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, read_when_told, arg))
		return 1;
	pthread_exit(NULL);
}

/* --- under another program's name --------------------------------------------- */

#ifdef __x86_64__
/* In a section of its own, whole, so that it runs from where it is copied to. */
#define COPIED __attribute__((section("copied"), used, noinline, no_stack_protector))

extern char __start_copied[], __stop_copied[], __executable_start[], _end[];

static inline __attribute__((always_inline)) long call_kernel(long number, long a, long b, long c,
							      long d)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = 0;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
			 : "rcx", "r11", "memory");
	return result;
}

/* Lets go of the own program, so that the kernel takes another for it, and prints a file's first
 * bytes. What cannot be done ends it: 10, 11, 12. */
COPIED static void read_disguised(long start, long size, long program, const char *file)
{
	char text[64];
	long fd, got;

	if (call_kernel(SYS_munmap, start, size, 0, 0))
		call_kernel(SYS_exit_group, 10, 0, 0, 0);
	if (call_kernel(SYS_prctl, PR_SET_MM, PR_SET_MM_EXE_FILE, program, 0))
		call_kernel(SYS_exit_group, 11, 0, 0, 0);
	fd = call_kernel(SYS_open, (long)file, O_RDONLY, 0, 0);
	if (fd < 0)
		call_kernel(SYS_exit_group, 12, 0, 0, 0);
	got = call_kernel(SYS_read, fd, (long)text, sizeof text, 0);
	call_kernel(SYS_write, 1, (long)text, got, 0);
	call_kernel(SYS_exit_group, 0, 0, 0, 0);
}

typedef void disguise(long, long, long, const char *);

static int do_read_as(char **arg)
{
	size_t size = (size_t)(__stop_copied - __start_copied);
	long start = (long)__executable_start & ~4095L;
	disguise *copy;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int program = open(arg[0], O_RDONLY);

	if (memory == MAP_FAILED || program < 0)
		return failed();
	memcpy(memory, __start_copied, size);
	copy = (disguise *)((uintptr_t)memory + (uintptr_t)read_disguised -
			    (uintptr_t)__start_copied);
	copy(start, (((long)_end + 4095) & ~4095L) - start, program, arg[1]);
	return 1;
}
#else
static int do_read_as(char **arg)
{
	(void)arg;
	puts("ENOSYS");
	return 1;
}
#endif

static int do_long_argv(char **arg)
{
	int count = atoi(arg[0]), size = atoi(arg[1]);
	char **argv = calloc((size_t)count + 4, sizeof *argv);
	argv[0] = "/proc/self/exe";
	argv[1] = "exit";
	argv[2] = "0";
	for (int i = 0; i < count; i++) {
		argv[3 + i] = calloc(1, (size_t)size + 1);
		memset(argv[3 + i], 'a' + i % 26, (size_t)size);
	}
	execv(argv[0], argv);
	return failed();
}

/* --- the table --------------------------------------------------------------- */

static const struct {
	const char *name;
	int least; /* arguments */
	const char *arguments;
	int (*run)(char **arg);
} rows[] = {
	{"read", 1, "FILE", do_read},
	{"read-detached", 2, "FOLDER NAME", do_read_detached},
	{"read-unmounted", 2, "FOLDER NAME", do_read_unmounted},
	{"write", 2, "FILE TEXT", do_write},
	{"writev", 2, "FILE TEXT...", do_writev},
	{"readv", 1, "FILE", do_readv},
	{"mount-nothing", 1, "TYPE", do_mount_nothing},
	{"open", 1, "FILE", do_open},
	{"unlink", 1, "FILE", do_unlink},
	{"mkdir", 1, "DIR", do_mkdir},
	{"mkdir32", 1, "DIR", do_mkdir32},
	{"truncate", 2, "FILE SIZE", do_truncate},
	{"chdir", 1, "DIR", do_chdir},
	{"hammer", 2, "FILE UNTIL-FILE", do_hammer},
	{"lseek", 3, "FD OFFSET WHENCE", do_lseek},
	{"prctl", 5, "OPTION A B C D", do_prctl},
	{"setuid", 1, "UID", do_setuid},
	{"connect", 2, "ADDRESS PORT", do_connect},
	{"connect-udp", 2, "ADDRESS PORT", do_connect_udp},
	{"dial", 2, "ADDRESS PORT", do_dial},
	{"serve", 2, "ADDRESS PORT", do_serve},
	{"send-udp", 2, "ADDRESS PORT", do_send_udp},
	{"bind-unspec", 2, "ADDRESS PORT", do_bind_unspec},
	{"send-udp-unspec", 2, "ADDRESS PORT", do_send_udp_unspec},
	{"disconnect", 2, "ADDRESS PORT", do_disconnect},
	{"connect-unix", 1, "PATH", do_connect_unix},
	{"bpf-map", 1, "NAME", do_bpf_map},
	{"bpf-prog", 1, "NAME", do_bpf_prog},
	{"perf-event", 1, "CONFIG", do_perf_event},
	{"perf-kprobe", 3, "TYPE FUNCTION OFFSET", do_perf_kprobe},
	{"capset", 3, "EFFECTIVE PERMITTED INHERITABLE", do_capset},
	{"load-module", 1, "FILE", do_load_module},
	{"unload-module", 1, "NAME", do_unload_module},
	{"sleepers", 2, "COUNT SIZE", do_sleepers},
	{"exit", 1, "STATUS", do_exit},
	{"signal", 1, "NUMBER", do_signal},
	{"exec", 1, "FILE ARGUMENT...", do_exec},
	{"spawn", 2, "COUNT FILE ARGUMENT...", do_spawn},
	{"fork", 1, "COUNT", do_fork},
	{"live", 2, "COUNT FILE", do_live},
	{"crowd", 3, "COUNT SECONDS FILE", do_crowd},
	{"vfork", 1, "FILE ARGUMENT...", do_vfork},
	{"double-fork", 1, "FILE ARGUMENT...", do_double_fork},
	{"thread-exec", 1, "FILE ARGUMENT...", do_thread_exec},
	{"leaderless", 2, "WHEN-FILE FILE", do_leaderless},
	{"read-as", 2, "PROGRAM FILE", do_read_as},
	{"long-argv", 2, "COUNT SIZE", do_long_argv},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof rows / sizeof *rows; i++)
		if (strcmp(rows[i].name, argv[1]) == 0 && argc - 2 >= rows[i].least)
			return rows[i].run(argv + 2);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		printf("vigil-trigger %s %s\n", rows[i].name, rows[i].arguments);
	return 2;
}
