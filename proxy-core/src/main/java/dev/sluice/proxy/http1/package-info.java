/**
 * HTTP/1.1 messages from bytes and to bytes (RFC 9112), without sockets. {@link dev.sluice.proxy.http1.InputBuffer}
 * holds what has been received; {@link dev.sluice.proxy.http1.RequestReader}, {@link
 * dev.sluice.proxy.http1.ResponseReader} and {@link dev.sluice.proxy.http1.ChunkedReader} take heads and bodies out of
 * it, and wait when it is empty. {@link dev.sluice.proxy.http1.MessageWriter} puts heads into an {@link
 * dev.sluice.proxy.http1.OutputBuffer}, which is then written at once.
 *
 * <p>A message that two readers could read differently is refused, never repaired. Each decision depends only on the
 * bytes before it, so it is the same however they arrived. Everything here serves one connection: one thread at a time
 * reads from a buffer, and one writes to a buffer.
 */
@NullMarked
package dev.sluice.proxy.http1;

import org.jspecify.annotations.NullMarked;
