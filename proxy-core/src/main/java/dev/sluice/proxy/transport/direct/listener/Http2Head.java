package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.header.rule.Expectation;
import dev.sluice.proxy.header.rule.Framing;
import dev.sluice.proxy.header.rule.HopByHop;
import dev.sluice.proxy.header.rule.HostField;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FieldBlock;
import dev.sluice.proxy.http2.FieldLines;
import dev.sluice.proxy.http2.Http2Exception;
import dev.sluice.proxy.http2.RequestFields;
import dev.sluice.proxy.limit.Limits;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request of HTTP/2, or why it is none. Immutable.
 *
 * @param fields what it says, or null
 * @param fault why it is refused, or null
 * @param malformed whether it breaks a rule of HTTP/2 (RFC 9113 §8.1.1), and is not only refused
 * @param isHead whether the answer has no body, also if the request is refused
 * @param length of the body, or {@link Body#UNKNOWN}
 */
record Http2Head(
        @Nullable RequestFields fields,
        @Nullable ProxyException fault,
        boolean malformed,
        boolean isHead,
        long length) {
    private static final int METHOD_LENGTH = 64;

    /**
     * Takes a block apart.
     *
     * @param fits whether it has all of its fields, and not only the first ones
     * @param end whether no body follows
     */
    static Http2Head of(FieldBlock block, int stream, boolean fits, boolean end, Limits limits) {
        boolean isHead = block.isHead();
        try {
            RequestFields fields = RequestFields.of(block, stream, true);
            if (!fits) {
                return refused(tooLong(limits), isHead);
            }
            require(fields, limits);
            long length = length(fields, end);
            if (end && length > 0) {
                throw Http2Exception.ofStream(
                        stream, ErrorCode.PROTOCOL_ERROR, "content-length, but no body (RFC 9113 §8.1.1)");
            }
            return new Http2Head(fields, null, false, isHead, length);
        } catch (Http2Exception fault) {
            String why = String.valueOf(fault.getMessage());
            return fits
                    ? new Http2Head(null, ProxyException.refused(Outcome.BAD_REQUEST, why), true, isHead, Body.UNKNOWN)
                    : refused(ProxyException.refused(Outcome.LIMIT_EXCEEDED, 431, why), isHead);
        } catch (ProxyException fault) {
            return refused(fault, isHead);
        }
    }

    private static Http2Head refused(ProxyException why, boolean isHead) {
        return new Http2Head(null, why, false, isHead, Body.UNKNOWN);
    }

    private static ProxyException tooLong(Limits limits) {
        return ProxyException.refused(
                Outcome.LIMIT_EXCEEDED, 431, "header fields of more than " + limits.headerBytes() + " bytes");
    }

    /** The same limits as in HTTP/1.1. */
    private static void require(RequestFields fields, Limits limits) throws ProxyException {
        if (fields.method().length() > METHOD_LENGTH) {
            throw ProxyException.refused(Outcome.NOT_SUPPORTED, 501, "a method of more than 64 characters");
        }
        if (fields.path().length() > limits.targetLength()) {
            throw ProxyException.refused(
                    Outcome.LIMIT_EXCEEDED, 414, "a request target of more than " + limits.targetLength() + " bytes");
        }
        if (fields.headers().size() > limits.headerCount()) {
            throw ProxyException.refused(
                    Outcome.LIMIT_EXCEEDED, 431, "more than " + limits.headerCount() + " header fields");
        }
        if (FieldLines.bytes(fields.headers()) > limits.headerBytes()) {
            throw tooLong(limits);
        }
    }

    private static long length(RequestFields fields, boolean end) throws ProxyException {
        Framing framing = Framing.request(fields.method(), HttpVersion.HTTP_2, fields.headers());
        if (framing.kind() == Framing.Kind.NONE) {
            return end ? 0 : Body.UNKNOWN;
        }
        return framing.length();
    }

    boolean acceptsTrailers() {
        return fields != null && HopByHop.acceptsTrailers(fields.headers());
    }

    /** Whether the stream becomes one of bytes in both directions. */
    boolean isTunnel() {
        return fields != null && fields.method().equals("CONNECT");
    }

    /** Whether it asks for another protocol, as an upgrade does in HTTP/1.1 (RFC 8441 §4). */
    boolean isUpgrade() {
        return fields != null && fields.protocol() != null;
    }

    boolean isWebSocket() {
        return fields != null && "websocket".equals(fields.protocol());
    }

    /**
     * As a request line has it. A request of another scheme than the connection's is for another place than this server
     * (RFC 9113 §8.3.1), which HTTP/1.1 says with the absolute form.
     */
    private String target(RequestFields said, String authority, String ofConnection) {
        if (isTunnel() && !isUpgrade()) {
            return authority;
        }
        String scheme = said.scheme().toLowerCase(Locale.ROOT);
        boolean foreign = !scheme.equals(ofConnection) && (scheme.equals("http") || scheme.equals("https"));
        String path = said.path();
        return foreign ? scheme + "://" + authority + (path.equals("*") ? "" : path) : path;
    }

    /**
     * The request, without its body. Another protocol is asked for as in HTTP/1.1 (RFC 8441 §5).
     *
     * @throws ProxyException if it is refused
     */
    ProxyRequest request(Exchange scope) throws ProxyException {
        RequestFields said = fields;
        if (said == null || fault != null) {
            throw fault == null ? ProxyException.refused(Outcome.BAD_REQUEST, "no request") : fault;
        }
        String method = isUpgrade() ? "GET" : said.method();
        String authority = said.authority();
        Headers headers = said.headers();
        if (authority == null) {
            throw ProxyException.refused(Outcome.BAD_REQUEST, "neither :authority nor host");
        }
        String scheme = scope.client().scheme();
        RequestTarget target =
                RequestTarget.received(method, target(said, authority, scheme), scheme, HostField.parse(authority));
        return ProxyRequest.builder(scope, method, target)
                .version(HttpVersion.HTTP_2)
                .headers(HopByHop.request(headers, true))
                .upgrade(said.protocol())
                .acceptsTrailers(acceptsTrailers())
                .expectsContinue(Expectation.isContinue(HttpVersion.HTTP_2, headers, length != 0))
                .build();
    }
}
