package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.http1.MessageWriter;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.syntax.ConnectionFields;

/** Writes a request's head: fields about the connection come from the request's parts, and never from its fields. */
final class RequestWriter {
    private RequestWriter() {}

    /** Puts the head into {@code out}. */
    static void head(OutputBuffer out, ProxyRequest request) {
        MessageWriter.requestLine(out, request.method(), request.target().toString());
        Authority authority = request.target().authority();
        // RFC 9112 §3.2: a Host without a value where the target has no authority.
        out.field("Host", authority == null ? "" : authority.toString());
        Headers headers = request.headers();
        for (int i = 0; i < headers.size(); i++) {
            if (!ConnectionFields.isOfRequest(headers.name(i))) {
                out.field(headers.name(i), headers.value(i));
            }
        }
        connection(out, request);
        framing(out, request);
        out.crlf();
    }

    private static void connection(OutputBuffer out, ProxyRequest request) {
        String upgrade = request.upgrade();
        if (upgrade != null) {
            out.field("Connection", request.acceptsTrailers() ? "Upgrade, TE" : "Upgrade");
            out.field("Upgrade", upgrade);
        } else if (request.acceptsTrailers()) {
            out.field("Connection", "TE");
        }
        if (request.acceptsTrailers()) {
            out.field("TE", "trailers");
        }
    }

    private static void framing(OutputBuffer out, ProxyRequest request) {
        long length = request.body().length();
        if (length == Body.UNKNOWN) {
            out.field("Transfer-Encoding", "chunked");
        } else if (length > 0 || expectsBody(request.method())) {
            out.latin1("Content-Length: ");
            out.number(length);
            out.crlf();
        }
        if (request.expectsContinue() && length != 0) {
            out.field("Expect", "100-continue");
        }
    }

    /** RFC 9110 §8.6: {@code Content-Length: 0} where the method has a meaning for content, and nothing elsewhere. */
    static boolean expectsBody(String method) {
        return switch (method) {
            case "POST", "PUT", "PATCH" -> true;
            default -> false;
        };
    }
}
