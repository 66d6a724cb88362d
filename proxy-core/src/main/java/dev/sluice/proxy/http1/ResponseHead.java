package dev.sluice.proxy.http1;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;

/**
 * A response's head as it was received (RFC 9112 §4). The reason phrase is dropped, because no recipient may rely on
 * it.
 *
 * @param version HTTP/1.0 or HTTP/1.1
 * @param status 100 to 999
 * @param headers all field lines, those about the connection and the framing included
 */
public record ResponseHead(HttpVersion version, int status, Headers headers) {}
