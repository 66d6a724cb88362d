package dev.sluice.proxy.http1;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;

/**
 * A request's head as it was received (RFC 9112 §3).
 *
 * @param method a token
 * @param target visible ASCII characters, at least one; its form is not checked
 * @param version HTTP/1.0 or HTTP/1.1
 * @param headers all field lines, those about the connection and the framing included
 */
public record RequestHead(String method, String target, HttpVersion version, Headers headers) {}
