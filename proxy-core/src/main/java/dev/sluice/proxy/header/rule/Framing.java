package dev.sluice.proxy.header.rule;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.util.List;

/**
 * Where the body of a received message ends, according to its head (RFC 9112 §6). Two readers of an ambiguous head can
 * see two different messages in the same bytes, so such a head is refused and never repaired, and its connection must
 * be closed.
 *
 * @param kind what ends the body
 * @param length the number of bytes: 0 for {@link Kind#NONE}, and {@link Body#UNKNOWN} unless the head says
 */
public record Framing(Kind kind, long length) {
    /** What ends a body. */
    public enum Kind {
        /** There is no body. */
        NONE,
        /** It has the number of bytes in {@code Content-Length}, perhaps 0. */
        FIXED,
        /** It is in chunks, and the last one ends it. */
        CHUNKED,
        /** The end of the connection ends it: only in a response. */
        UNTIL_CLOSE
    }

    private static final Framing NONE = new Framing(Kind.NONE, 0);
    private static final Framing CHUNKED = new Framing(Kind.CHUNKED, Body.UNKNOWN);
    private static final Framing UNTIL_CLOSE = new Framing(Kind.UNTIL_CLOSE, Body.UNKNOWN);

    /** Makes the failure for a faulty head. */
    @FunctionalInterface
    private interface Fault {
        ProxyException of(Outcome outcome, String detail);
    }

    /**
     * The framing of a request. Without a framing field it has no body (RFC 9112 §6.3).
     *
     * @throws ProxyException if the framing fields are faulty or contradict each other: BAD_REQUEST; or if there is
     *     another transfer coding than chunked: NOT_SUPPORTED
     */
    public static Framing request(String method, HttpVersion version, Headers received) throws ProxyException {
        Framing framing = declared(version, received, NONE, ProxyException::refused);
        if (method.equals("CONNECT") && framing.length != 0) {
            // RFC 9110 §9.3.6: what follows the head of a CONNECT is no content.
            throw ProxyException.refused(Outcome.BAD_REQUEST, "CONNECT with a body");
        }
        return framing;
    }

    /**
     * The framing of a response. A response to HEAD, and one with 1xx, 204 or 304, has no body, whatever its fields
     * say, and a 2xx to CONNECT begins a tunnel (RFC 9112 §6.3). Any other response without a framing field ends with
     * the connection.
     *
     * @param method of the request
     * @throws ProxyException if the framing fields are faulty or contradict each other: BAD_RESPONSE, ANSWERED. Those
     *     of 1xx, 204 and 304, and of a 2xx to CONNECT, are not checked.
     */
    public static Framing response(String method, int status, HttpVersion version, Headers received)
            throws ProxyException {
        boolean tunnel = method.equals("CONNECT") && status >= 200 && status <= 299;
        if (tunnel || status < 200 || status == 204 || status == 304) {
            return NONE;
        }
        Framing framing = declared(
                version,
                received,
                UNTIL_CLOSE,
                (outcome, detail) -> new ProxyException(Outcome.BAD_RESPONSE, Delivery.ANSWERED, detail));
        return method.equals("HEAD") ? NONE : framing;
    }

    private static Framing declared(HttpVersion version, Headers received, Framing otherwise, Fault fault)
            throws ProxyException {
        String length = null;
        int lengths = 0;
        StringBuilder codings = null;
        for (int i = 0; i < received.size(); i++) {
            String name = received.name(i);
            if (name.equalsIgnoreCase("Content-Length")) {
                lengths++;
                length = received.value(i);
            } else if (name.equalsIgnoreCase("Transfer-Encoding")) {
                codings = codings == null ? new StringBuilder() : codings.append(',');
                codings.append(received.value(i));
            }
        }
        if (codings != null) {
            requireChunkedAlone(version, codings.toString(), lengths > 0, fault);
            return CHUNKED;
        }
        if (length == null) {
            return otherwise;
        }
        boolean ofResponse = otherwise.kind == Kind.UNTIL_CLOSE;
        return new Framing(
                Kind.FIXED,
                lengths == 1
                        ? length(length, ofResponse, fault)
                        : length(received.all("Content-Length"), ofResponse, fault));
    }

    /**
     * RFC 9110 §8.6: the same value twice, in two lines or in a list, may be refused or read as one. In a request it is
     * refused, as it may be smuggling. Origins do it by accident, such as scripts behind a server that also adds it.
     */
    private static long length(List<String> lines, boolean ofResponse, Fault fault) throws ProxyException {
        if (!ofResponse && lines.size() > 1) {
            throw fault.of(Outcome.BAD_REQUEST, "more than one Content-Length");
        }
        long length = Body.UNKNOWN;
        for (String line : lines) {
            length = same(length, length(line, ofResponse, fault), fault);
        }
        return length;
    }

    private static long length(String line, boolean ofResponse, Fault fault) throws ProxyException {
        if (!ofResponse || line.indexOf(',') < 0) {
            return parseLength(line, fault);
        }
        long length = Body.UNKNOWN;
        for (String each : line.split(",", -1)) {
            length = same(length, parseLength(each.strip(), fault), fault);
        }
        return length;
    }

    private static long same(long before, long length, Fault fault) throws ProxyException {
        if (before != Body.UNKNOWN && before != length) {
            throw fault.of(Outcome.BAD_REQUEST, "Content-Length with different values");
        }
        return length;
    }

    /**
     * The fields of a response, with several equal values of {@code Content-Length} as one; without it if it is not a
     * length.
     */
    static Headers withOneLength(Headers received) {
        List<String> lines = received.all("Content-Length");
        if (lines.isEmpty()) {
            return received;
        }
        try {
            String length = Long.toString(length(lines, true, ProxyException::refused));
            return lines.size() == 1 && lines.get(0).equals(length)
                    ? received
                    : received.toBuilder().set("Content-Length", length).build();
        } catch (ProxyException noLength) {
            return received.without("Content-Length"::equalsIgnoreCase);
        }
    }

    private static void requireChunkedAlone(HttpVersion version, String codings, boolean withLength, Fault fault)
            throws ProxyException {
        if (withLength) {
            // RFC 9112 §6.1 lets a server refuse what may be request smuggling.
            throw fault.of(Outcome.BAD_REQUEST, "Content-Length together with Transfer-Encoding");
        }
        if (version != HttpVersion.HTTP_1_1) {
            // RFC 9112 §6.1: its framing counts as faulty. RFC 9113 §8.2.2: malformed in HTTP/2.
            throw fault.of(Outcome.BAD_REQUEST, "Transfer-Encoding in " + version);
        }
        if (!codings.equalsIgnoreCase("chunked")) {
            // RFC 9112 §6.1: 501 for an unknown coding; §6.3: 400 when chunked is not the final one, and only that.
            throw endsWithChunked(codings)
                    ? fault.of(Outcome.NOT_SUPPORTED, "a transfer coding besides chunked")
                    : fault.of(Outcome.BAD_REQUEST, "Transfer-Encoding is not chunked");
        }
    }

    /** Returns whether chunked is applied once, at the end, on top of other codings. */
    private static boolean endsWithChunked(String codings) {
        List<String> all = Headers.of("Transfer-Encoding", codings).list("Transfer-Encoding");
        int last = all.size() - 1;
        return last > 0
                && all.get(last).equalsIgnoreCase("chunked")
                && all.subList(0, last).stream().noneMatch("chunked"::equalsIgnoreCase);
    }

    /** RFC 9110 §8.6: 1*DIGIT; expect an overflow. */
    private static long parseLength(String digits, Fault fault) throws ProxyException {
        long length = digits.isEmpty() ? -1 : 0;
        for (int i = 0; i < digits.length() && length >= 0; i++) {
            int digit = digits.charAt(i) - '0';
            boolean fits = digit >= 0 && digit <= 9 && length <= (Long.MAX_VALUE - digit) / 10;
            length = fits ? length * 10 + digit : -1;
        }
        if (length < 0) {
            throw fault.of(Outcome.BAD_REQUEST, "Content-Length is not a number of bytes");
        }
        return length;
    }
}
