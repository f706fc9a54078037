/* The one process of a capsule's sandbox: holds its network and IPC namespaces, and does nothing until it is asked to end.
 * No libc: the image is this file alone. As process 1 it gets only signals that it waits for. */

#if defined(__x86_64__)
enum { sys_rt_sigprocmask = 14, sys_exit = 60, sys_rt_sigtimedwait = 128 };
static long call(long number, long a, long b, long c, long d) {
  register long r10 __asm__("r10") = d;
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
enum { sys_exit = 93, sys_rt_sigprocmask = 135, sys_rt_sigtimedwait = 137 };
static long call(long number, long a, long b, long c, long d) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
}
#else
#error "the pause program knows the system calls of x86_64 and aarch64 only"
#endif

enum { sig_block = 0, interrupt = 2, terminate = 15 };

void _start(void) {
  const unsigned long asked_to_end = (1UL << (interrupt - 1)) | (1UL << (terminate - 1));
  call(sys_rt_sigprocmask, sig_block, (long)&asked_to_end, 0, sizeof asked_to_end);
  while (call(sys_rt_sigtimedwait, (long)&asked_to_end, 0, 0, sizeof asked_to_end) < 0) {
  }
  call(sys_exit, 0, 0, 0, 0);
  __builtin_unreachable();
}
