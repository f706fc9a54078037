// Lets packets of established flows go straight from one link to another.
//
// The slow path (bridge, packet filter, conntrack, router) decides about packets; these programs remember what it decided. A packet that
// comes in is noted for its CPU (`noted`). All of a bridge's work is done before that CPU takes in another packet, so when the same packet
// is about to leave by a link, it was let through: its flow, that is where it came from, both MAC addresses, addresses, protocol and ports, is
// learned together with the link. For a short while, packets of that flow skip the slow path.
//
//   port -- received --> bridge, filters ------------------------> sent -- port or tunnel          switched: learned when it is sent
//   port -- received --> bridge, filters --> to_router -- leg      routed: `passed` says that its first half was let through,
//                      leg -- from_router --> bridge, filters --> sent -- port or tunnel           and here is the second
//
// What holds, whatever anybody sends:
// - A flow is learned by a packet that came in under the present generation, and is good while that generation is the present one. The
//   agent begins a new one after every change of the filters and before it says that the change is in force.
// - It is good for `refresh_ns`. Then a packet takes the slow path again, which keeps conntrack's entries alive, and ends what was changed by
//   somebody of whom the agent does not know.
// - What is judged packet by packet takes the slow path: everything but TCP between handshake and end and UDP, fragments, options, headers
//   that are wrong, packets that are too large or at the end of their life, frames to groups.
// - Packets that the slow path refuses make no entries. Both tables are bounded; the least recently used entry goes first.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "short_cut_maps.h"

/// The mark of a packet that takes the short cut: it must not be taken for one that was let through. Packets have none where they come
/// in (the kernel clears it between namespaces), and the packet filter's own marks are below 2^24.
#define SHORT_CUT_MARK 0xc5000001U

struct tuple {
  __u32 source[4];
  __u32 target[4];
  __be16 source_port;
  __be16 target_port;
  __u8 protocol;
  __u8 version;
  __u16 zero;
};

struct flow_key {
  __u32 link;  // where it comes in
  __u8 target_mac[ETH_ALEN];
  __u8 source_mac[ETH_ALEN];
  struct tuple tuple;
};

struct flow {
  __u64 generation;
  __u64 learned;  // ns
  __u32 link;     // where it goes out
  __u32 mtu;      // there
  __u8 macs[2 * ETH_ALEN];  // of a routed flow: target and source as they are then
  __u32 routed;
};

struct passed_key {
  __u64 router[2];
  struct tuple tuple;
};

/// The first half of a routed flow.
struct passed {
  __u64 generation;
  __u64 at;  // ns
  __u32 link;
  __u8 macs[2 * ETH_ALEN];
};

enum note_state { NOTE_NONE, NOTE_READY, NOTE_USED };

/// The packet that a CPU has taken in.
struct note {
  struct flow_key key;
  __u64 generation;
  __u64 router[2];  // out of which it came
  __u32 routed;     // it came out of one
  __u32 state;
};

struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 65536);
  __type(key, struct flow_key);
  __type(value, struct flow);
} flows SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 16384);
  __type(key, struct passed_key);
  __type(value, struct passed);
} passed_halves SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct note);
} noted SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u64);
} generation SEC(".maps");

/// The links that take part, by number.
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 16384);
  __type(key, __u32);
  __type(value, struct cw_link);
} links SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, CW_COUNTS);
  __type(key, __u32);
  __type(value, __u64);
} counts SEC(".maps");

/// How long a flow is good after the slow path let one of its packets through. Set by the agent before loading.
const volatile __u64 refresh_ns = 20000000;

static __always_inline void count(__u32 what) {
  __u64* found = bpf_map_lookup_elem(&counts, &what);
  if (found) ++*found;
}

static __always_inline struct note* note_here(void) {
  const __u32 first = 0;
  return bpf_map_lookup_elem(&noted, &first);
}

static __always_inline __u64 generation_now(void) {
  const __u32 first = 0;
  const __u64* found = bpf_map_lookup_elem(&generation, &first);
  return found ? *(const volatile __u64*)found : 0;
}

/// Makes the first `size` bytes of the frame readable.
static __always_inline int readable(struct __sk_buff* frame, __u32 size) {
  if ((void*)(long)frame->data + size <= (void*)(long)frame->data_end) return 1;
  if (frame->len < size || bpf_skb_pull_data(frame, size) != 0) return 0;
  return (void*)(long)frame->data + size <= (void*)(long)frame->data_end;
}

// The readers below give the length of the headers that they read, and of those before; 0 = it may not take the short cut.

/// Only what goes on between two ends that know each other: neither the beginning nor the end of a connection.
static __always_inline __u32 read_tcp(struct __sk_buff* frame, __u32 offset, __u32 length, struct tuple* out) {
  if (length < sizeof(struct tcphdr) || !readable(frame, offset + sizeof(struct tcphdr))) return 0;
  const struct tcphdr* tcp = (void*)(long)frame->data + offset;
  if ((void*)(tcp + 1) > (void*)(long)frame->data_end) return 0;
  if (!tcp->ack || tcp->syn || tcp->fin || tcp->rst || tcp->doff < 5 || tcp->doff * 4U > length) return 0;
  out->source_port = tcp->source;
  out->target_port = tcp->dest;
  return offset + tcp->doff * 4U;
}

static __always_inline __u32 read_udp(struct __sk_buff* frame, __u32 offset, __u32 length, struct tuple* out) {
  if (length < sizeof(struct udphdr) || !readable(frame, offset + sizeof(struct udphdr))) return 0;
  const struct udphdr* udp = (void*)(long)frame->data + offset;
  if ((void*)(udp + 1) > (void*)(long)frame->data_end) return 0;
  const __u32 said = bpf_ntohs(udp->len);
  if (said < sizeof(struct udphdr) || said > length) return 0;
  out->source_port = udp->source;
  out->target_port = udp->dest;
  return offset + sizeof(struct udphdr);
}

static __always_inline __u32 read_ports(struct __sk_buff* frame, __u32 offset, __u32 length, struct tuple* out) {
  if (out->protocol == IPPROTO_TCP) return read_tcp(frame, offset, length, out);
  if (out->protocol == IPPROTO_UDP) return read_udp(frame, offset, length, out);
  return 0;
}

static __always_inline int is_sound(const struct iphdr* ip) {
  const __u16* words = (const void*)ip;
  __u32 sum = 0;
#pragma unroll
  for (int i = 0; i < 10; ++i) sum += words[i];
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return sum == 0xffff;
}

static __always_inline __u32 read_ip4(struct __sk_buff* frame, struct tuple* out) {
  if (!readable(frame, ETH_HLEN + sizeof(struct iphdr))) return 0;
  const struct iphdr* ip = (void*)(long)frame->data + ETH_HLEN;
  if ((void*)(ip + 1) > (void*)(long)frame->data_end) return 0;
  const __u32 total = bpf_ntohs(ip->tot_len);
  if (ip->version != 4 || ip->ihl != 5 || (ip->frag_off & bpf_htons(0x3fff)) || total + ETH_HLEN != frame->len || !is_sound(ip)) return 0;
  __builtin_memset(out, 0, sizeof *out);
  out->version = 4;
  out->protocol = ip->protocol;
  out->source[0] = ip->saddr;
  out->target[0] = ip->daddr;
  return read_ports(frame, ETH_HLEN + sizeof(struct iphdr), total - sizeof(struct iphdr), out);
}

static __always_inline __u32 read_ip6(struct __sk_buff* frame, struct tuple* out) {
  if (!readable(frame, ETH_HLEN + sizeof(struct ipv6hdr))) return 0;
  const struct ipv6hdr* ip = (void*)(long)frame->data + ETH_HLEN;
  if ((void*)(ip + 1) > (void*)(long)frame->data_end) return 0;
  const __u32 payload = bpf_ntohs(ip->payload_len);
  if (ip->version != 6 || payload + sizeof(struct ipv6hdr) + ETH_HLEN != frame->len) return 0;
  __builtin_memset(out, 0, sizeof *out);
  out->version = 6;
  out->protocol = ip->nexthdr;
  __builtin_memcpy(out->source, &ip->saddr, sizeof out->source);
  __builtin_memcpy(out->target, &ip->daddr, sizeof out->target);
  return read_ports(frame, ETH_HLEN + sizeof(struct ipv6hdr), payload, out);
}

static __always_inline __u32 read_flow(struct __sk_buff* frame, struct flow_key* out) {
  if (frame->vlan_present) return 0;
  __u32 headers = 0;
  if (frame->protocol == bpf_htons(ETH_P_IP)) {
    headers = read_ip4(frame, &out->tuple);
  } else if (frame->protocol == bpf_htons(ETH_P_IPV6)) {
    headers = read_ip6(frame, &out->tuple);
  }
  if (headers == 0) return 0;
  const __u8* macs = (void*)(long)frame->data;
  if (macs + 2 * ETH_ALEN > (const __u8*)(long)frame->data_end || (macs[0] & 1)) return 0;
  __builtin_memcpy(out->target_mac, macs, 2 * ETH_ALEN);
  return headers;
}

static __always_inline int same_flow(const struct flow_key* a, const struct flow_key* b) {
  const __u64* left = (const void*)a;
  const __u64* right = (const void*)b;
  __u64 differences = 0;
#pragma unroll
  for (unsigned i = 0; i < sizeof *a / sizeof *left; ++i) differences |= left[i] ^ right[i];
  return differences == 0;
}

/// Packets made of many are measured when they are split: a bridge takes the sender's word, a router looks at each.
static __always_inline int fits(const struct __sk_buff* frame, const struct flow* flow, __u32 headers) {
  if (frame->gso_size == 0) return frame->len <= flow->mtu + ETH_HLEN;
  return !flow->routed || frame->gso_size + headers <= flow->mtu + ETH_HLEN;
}

/// What a router does: a hop less, and the MAC addresses of the next network. 0 when the packet has no hop left.
static __always_inline int route(struct __sk_buff* frame, const struct flow* flow, __u8 version) {
  if (version == 4) {
    const __u32 at = ETH_HLEN + __builtin_offsetof(struct iphdr, ttl);
    const struct iphdr* ip = (void*)(long)frame->data + ETH_HLEN;
    if ((void*)(ip + 1) > (void*)(long)frame->data_end || ip->ttl <= 1) return 0;
    const __u8 before[2] = {ip->ttl, ip->protocol};
    const __u8 after[2] = {before[0] - 1, before[1]};
    __u16 from, to;
    __builtin_memcpy(&from, before, sizeof from);
    __builtin_memcpy(&to, after, sizeof to);
    if (bpf_l3_csum_replace(frame, ETH_HLEN + __builtin_offsetof(struct iphdr, check), from, to, sizeof to) != 0) return 0;
    bpf_skb_store_bytes(frame, at, after, 1, 0);
  } else {
    const struct ipv6hdr* ip = (void*)(long)frame->data + ETH_HLEN;
    if ((void*)(ip + 1) > (void*)(long)frame->data_end || ip->hop_limit <= 1) return 0;
    const __u8 left = ip->hop_limit - 1;
    if (bpf_skb_store_bytes(frame, ETH_HLEN + __builtin_offsetof(struct ipv6hdr, hop_limit), &left, 1, BPF_F_RECOMPUTE_CSUM) != 0) return 0;
  }
  return bpf_skb_store_bytes(frame, 0, flow->macs, sizeof flow->macs, 0) == 0;
}

/// On what a port or a tunnel receives.
SEC("tc")
int received(struct __sk_buff* frame) {
  struct note* note = note_here();
  if (!note) return TC_ACT_UNSPEC;
  note->state = NOTE_NONE;
  const __u32 headers = read_flow(frame, &note->key);
  if (headers == 0) return TC_ACT_UNSPEC;
  note->key.link = frame->ifindex;
  const __u64 now = generation_now();
  const struct flow* flow = bpf_map_lookup_elem(&flows, &note->key);
  if (flow && flow->generation == now && bpf_ktime_get_ns() - flow->learned < refresh_ns) {
    const __u32 link = flow->link;
    if (fits(frame, flow, headers) && (!flow->routed || route(frame, flow, note->key.tuple.version))) {
      frame->mark = SHORT_CUT_MARK;
      count(CW_TAKEN);
      return bpf_redirect(link, 0);
    }
  }
  note->generation = now;
  note->routed = 0;
  note->state = NOTE_READY;
  return TC_ACT_UNSPEC;
}

/// Whether this is the packet that this CPU took in, on its way out.
static __always_inline int is_noted(struct __sk_buff* frame, const struct note* note) {
  if (note->state == NOTE_NONE || frame->ingress_ifindex != note->key.link) return 0;
  struct flow_key seen = {};
  if (!read_flow(frame, &seen)) return 0;
  seen.link = note->key.link;
  return same_flow(&seen, &note->key);
}

static __always_inline void learn(const struct flow_key* key, struct flow* wanted) {
  struct flow* known = bpf_map_lookup_elem(&flows, key);
  wanted->learned = bpf_ktime_get_ns();
  const int same = known && known->link == wanted->link && known->mtu == wanted->mtu && known->routed == wanted->routed &&
                   (!wanted->routed || __builtin_memcmp(known->macs, wanted->macs, sizeof known->macs) == 0);
  if (same) {
    known->learned = wanted->learned;
    *(volatile __u64*)&known->generation = wanted->generation;
  } else {
    bpf_map_update_elem(&flows, key, wanted, BPF_ANY);
  }
  count(CW_LEARNED);
}

/// On what a port or a tunnel sends.
SEC("tc")
int sent(struct __sk_buff* frame) {
  if (frame->mark == SHORT_CUT_MARK) {
    frame->mark = 0;
    return TC_ACT_UNSPEC;
  }
  struct note* note = note_here();
  if (!note || !is_noted(frame, note)) return TC_ACT_UNSPEC;
  const __u32 link = frame->ifindex;
  const struct cw_link* here = bpf_map_lookup_elem(&links, &link);
  if (!here) return TC_ACT_UNSPEC;
  struct flow_key key = note->key;
  struct flow flow = {.generation = note->generation, .link = link, .mtu = here->mtu, .routed = note->routed};
  const __u64 now = generation_now();
  if (note->routed) {
    struct passed_key first_half = {.router = {note->router[0], note->router[1]}, .tuple = note->key.tuple};
    const struct passed* passed = bpf_map_lookup_elem(&passed_halves, &first_half);
    if (!passed || passed->generation != now || bpf_ktime_get_ns() - passed->at >= refresh_ns) return TC_ACT_UNSPEC;
    __builtin_memcpy(flow.macs, note->key.target_mac, sizeof flow.macs);
    key.link = passed->link;
    __builtin_memcpy(key.target_mac, passed->macs, sizeof passed->macs);
  }
  if (note->state == NOTE_USED) {  // the bridge sends it by more than one link: it does not know the way
    bpf_map_delete_elem(&flows, &key);
    return TC_ACT_UNSPEC;
  }
  note->state = NOTE_USED;
  if (note->generation == now) learn(&key, &flow);
  return TC_ACT_UNSPEC;
}

/// On what the bridge sends to a router.
SEC("tc")
int to_router(struct __sk_buff* frame) {
  struct note* note = note_here();
  if (!note || !is_noted(frame, note) || note->routed) return TC_ACT_UNSPEC;
  note->state = NOTE_USED;
  const __u32 leg = frame->ifindex;
  const struct cw_link* known_leg = bpf_map_lookup_elem(&links, &leg);
  if (!known_leg || !known_leg->leads_to_router) return TC_ACT_UNSPEC;
  struct passed_key key = {.router = {known_leg->router[0], known_leg->router[1]}, .tuple = note->key.tuple};
  struct passed passed = {.generation = note->generation, .at = bpf_ktime_get_ns(), .link = note->key.link};
  __builtin_memcpy(passed.macs, note->key.target_mac, sizeof passed.macs);
  struct passed* known = bpf_map_lookup_elem(&passed_halves, &key);
  if (known && known->generation == passed.generation && known->link == passed.link && __builtin_memcmp(known->macs, passed.macs, sizeof passed.macs) == 0) {
    known->at = passed.at;
  } else {
    bpf_map_update_elem(&passed_halves, &key, &passed, BPF_ANY);
  }
  return TC_ACT_UNSPEC;
}

/// On what comes out of a router.
SEC("tc")
int from_router(struct __sk_buff* frame) {
  struct note* note = note_here();
  if (!note) return TC_ACT_UNSPEC;
  note->state = NOTE_NONE;
  const __u32 leg = frame->ifindex;
  const struct cw_link* known_leg = bpf_map_lookup_elem(&links, &leg);
  if (!known_leg || !known_leg->leads_to_router || !read_flow(frame, &note->key)) return TC_ACT_UNSPEC;
  note->key.link = leg;
  note->generation = generation_now();
  note->router[0] = known_leg->router[0];
  note->router[1] = known_leg->router[1];
  note->routed = 1;
  note->state = NOTE_READY;
  return TC_ACT_UNSPEC;
}

char program_license[] SEC("license") = "Apache-2.0";
