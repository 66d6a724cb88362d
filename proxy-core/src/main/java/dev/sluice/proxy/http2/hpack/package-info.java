/**
 * The compression of HTTP/2's fields (HPACK, RFC 7541), without frames. An {@link dev.sluice.proxy.http2.hpack.Encoder} and
 * a {@link dev.sluice.proxy.http2.hpack.Decoder} hold the state of one direction of one connection: blocks are decoded in
 * the order in which they were encoded, and none is left out. Each is for one thread at a time.
 */
@NullMarked
package dev.sluice.proxy.http2.hpack;

import org.jspecify.annotations.NullMarked;
