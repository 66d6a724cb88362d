/**
 * HTTP/2 from bytes and to bytes (RFC 9113), without sockets: frames, settings, and the fields of messages. The compression
 * of fields is {@link dev.sluice.proxy.http2.hpack}.
 */
@NullMarked
package dev.sluice.proxy.http2;

import org.jspecify.annotations.NullMarked;
