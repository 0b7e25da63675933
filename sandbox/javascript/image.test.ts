import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

const read = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");
const image = JSON.parse(read("image.json")) as { image: string; base: string; nodeFlags: string[]; entry: string };

test.each(["Dockerfile", "Dockerfile.scratch"])("%s starts the line that image.json describes, as nobody", (name) => {
  const text = read(name);
  const command = /^CMD (.*)$/m.exec(text)?.[1] ?? "";
  expect(JSON.parse(command)).toEqual(["node", ...image.nodeFlags, image.entry]);
  expect(text).toContain('ENTRYPOINT ["/sbin/tini", "--"]');
  expect(text).toContain("USER 65534:65534");
  expect(text).toContain('org.lambdalite.runtime="javascript"');
  expect(text).toContain('org.lambdalite.protocol="1"');
});

test("Dockerfile has the base that image.json names", () => {
  expect(read("Dockerfile")).toContain(`ARG BASE=${image.base}\n`);
});

interface Rule {
  names: string[];
  action: string;
  args: { index: number; value: number; op: string }[];
  errnoRet?: number;
}
const profile = JSON.parse(read("../seccomp.json")) as { defaultAction: string; syscalls: Rule[] };
const allowed = profile.syscalls.filter(({ action }) => action === "SCMP_ACT_ALLOW");

test("the seccomp profile allows only what it names", () => {
  expect(profile.defaultAction).toBe("SCMP_ACT_ERRNO");
});

test.each([
  ..."socket socketpair connect bind sendto sendmsg recvmsg".split(" "),
  ..."mount umount2 pivot_root chroot move_mount open_tree fsopen setns unshare".split(" "),
  ..."ptrace process_vm_readv process_vm_writev bpf perf_event_open userfaultfd keyctl add_key request_key".split(" "),
  ..."kexec_load kexec_file_load init_module finit_module delete_module reboot swapon acct syslog".split(" "),
  ..."setuid setgid setresuid setgroups capset chown fchown chmod mknod mknodat link symlink".split(" "),
  ..."clone3 io_uring_setup io_uring_enter personality modify_ldt iopl ioperm memfd_create open_by_handle_at pidfd_getfd seccomp".split(
    " ",
  ),
])("it doesn't allow %s", (name) => {
  expect(allowed.filter(({ names }) => names.includes(name))).toEqual([]);
});

test("it allows clone without namespaces only, and prctl and ioctl for single requests only", () => {
  const rules = (name: string) => allowed.filter(({ names }) => names.includes(name)).map(({ args }) => args);
  expect(rules("clone")).toEqual([[{ index: 0, value: 0x7e02_0000, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ" }]]);
  for (const args of [...rules("prctl"), ...rules("ioctl")]) expect(args).toMatchObject([{ op: "SCMP_CMP_EQ" }]);
});

test("it answers ENOSYS where callers know a way around", () => {
  const rule = profile.syscalls.find(({ names }) => names.includes("clone3"));
  expect(rule).toMatchObject({ action: "SCMP_ACT_ERRNO", errnoRet: 38 });
});
