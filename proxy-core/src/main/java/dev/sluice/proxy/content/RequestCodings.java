package dev.sluice.proxy.content;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.internal.Printable;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** The codings of a request's body, and how a request is refused for them. */
final class RequestCodings {
    private RequestCodings() {}

    /**
     * The codings in the order in which they were applied; none for a request without a body.
     *
     * @throws ProxyException 415 if one is not known, or there are too many
     */
    static List<ContentCoding> of(ProxyRequest request, List<ContentCoding> known) throws ProxyException {
        if (request.body().length() == 0) {
            return List.of();
        }
        List<String> names = Codings.applied(request.headers());
        if (names.size() > Codings.MOST) {
            throw unsupported("more than " + Codings.MOST + " codings", known);
        }
        List<ContentCoding> codings = Codings.find(names, known);
        if (codings.size() < names.size()) {
            throw unsupported("the body's coding is not supported: " + Printable.of(names.get(codings.size())), known);
        }
        return codings;
    }

    /** RFC 9110 §15.5.16: the field says what would do. */
    private static ProxyException unsupported(String detail, List<ContentCoding> known) {
        String names = known.stream().map(ContentCoding::name).collect(Collectors.joining(", "));
        return ProxyException.refused(Outcome.NOT_SUPPORTED, 415, detail, Headers.of("Accept-Encoding", names));
    }

    static ProxyException invalid(IOException why) {
        return ProxyException.refused(
                Outcome.BAD_REQUEST,
                "the body is not what its Content-Encoding says",
                String.valueOf(why.getMessage()));
    }
}
