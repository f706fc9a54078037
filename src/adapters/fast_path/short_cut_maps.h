#pragma once

// What the programs in short_cut.bpf.c share with the agent: C, read by both compilers.

#include <linux/types.h>

/// A link that takes part.
struct cw_link {
  __u64 router[2];  ///< whose leg it leads to; zero = it is a port or a tunnel
  __u32 mtu;
  __u32 leads_to_router;
};

/// The entries of `counts`.
enum cw_count {
  CW_TAKEN,    ///< packets that took the short cut
  CW_LEARNED,  ///< packets of the slow path by which a flow was learned, or confirmed
  CW_COUNTS
};
