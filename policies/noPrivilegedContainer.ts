import { containersOf } from "./container";
import { texts, within } from "./declared";
import type { Rule } from "./rule";

/** A privileged container is root on the machine. Some capabilities amount to the same. */
export const noPrivilegedContainer: Rule = {
  name: "no-privileged-container",
  description: "No container is privileged.",
  problems(resource) {
    return containersOf(resource).flatMap(({ name, inputs }) => {
      const adds = texts(within(inputs["capabilities"])["adds"]).filter((added) => all.test(added));
      return [
        ...(inputs["privileged"] === true
          ? [
              `${name} is privileged, and so root on the machine: take privileged away, and give it what it needs with cap_add or devices.`,
            ]
          : []),
        ...adds.map(
          (added) =>
            `${name} has the capability ${added}, with which it is as good as root on the machine: take it out of cap_add, and add only what it needs.`,
        ),
      ];
    });
  },
};

/** See capabilities(7): SYS_ADMIN is "the new root", and SYS_MODULE puts code into the kernel. */
const all = /^(CAP_)?(ALL|SYS_ADMIN|SYS_MODULE)$/i;
