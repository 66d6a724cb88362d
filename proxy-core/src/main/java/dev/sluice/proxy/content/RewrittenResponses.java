package dev.sluice.proxy.content;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import java.io.IOException;
import java.util.List;

/** Changes the bodies of responses. */
record RewrittenResponses(BodyChange change, RewrittenTypes types, List<ContentCoding> codings) implements ProxyFilter {
    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        ProxyResponse response = next.handle(
                request.toBuilder().headers(asked(request.headers())).build());
        Headers fields = response.headers();
        if (request.exchange().record().failure() != null) {
            // An error page of the proxy is not what the function expects, and must not become another error.
            return response;
        }
        if (response.status() == 304) {
            return response.toBuilder()
                    .headers(OtherForm.notModified(fields, request.headers()).build())
                    .build();
        }
        boolean isHead = request.method().equals("HEAD");
        boolean empty = response.body().length() == 0 && !isHead;
        if (response.tunnel() != null
                || empty
                || !types.has(fields)
                || fields.hasToken("Cache-Control", "no-transform")) {
            return response;
        }
        Body body = isHead ? response.body().map(stream -> stream, Body.UNKNOWN) : changed(request, response);
        return response.toBuilder()
                .headers(OtherForm.of(fields).build())
                .body(body)
                .build();
    }

    /** The fields of the request for the origin: it shall send the whole body, in a form that can be changed. */
    private Headers asked(Headers fields) {
        Headers whole = fields.without(name -> name.equalsIgnoreCase("Range") || name.equalsIgnoreCase("If-Range"));
        if (!whole.has("Accept-Encoding")) {
            return whole;
        }
        List<String> kept = whole.list("Accept-Encoding").stream()
                .filter(member -> isKnown(AcceptedCodings.name(AcceptedCodings.coding(member))))
                .toList();
        // Without the field, or with an empty one, some origins send what they like.
        return whole.toBuilder()
                .set("Accept-Encoding", kept.isEmpty() ? "identity" : String.join(", ", kept))
                .build();
    }

    private boolean isKnown(String name) {
        return name.equals("identity") || !Codings.find(List.of(name), codings).isEmpty();
    }

    private Body changed(ProxyRequest request, ProxyResponse response) throws IOException {
        try {
            Headers fields = response.headers();
            if (response.status() == 206 || fields.has("Content-Range")) {
                throw Refusal.OF_RESPONSE.unsupported("it is a part");
            }
            List<ContentCoding> applied = applied(fields);
            Body body = response.body();
            Body plain = applied.isEmpty()
                    ? body
                    : DecodedInput.of(
                            body, applied, DecodedLimit.NONE, RewrittenResponses::invalid, request.exchange());
            Body changed = change.change(request, fields, plain, Refusal.OF_RESPONSE);
            return OtherForm.of(EncodedInput.again(changed, applied, request.exchange()));
        } catch (IOException | RuntimeException | Error failure) {
            response.close();
            throw failure;
        }
    }

    private List<ContentCoding> applied(Headers fields) throws ProxyException {
        List<String> names = Codings.applied(fields);
        List<ContentCoding> found = Codings.find(names, codings);
        if (names.size() > Codings.MOST || found.size() < names.size()) {
            throw Refusal.OF_RESPONSE.unsupported("its content coding is not known: " + names);
        }
        return found;
    }

    private static ProxyException invalid(IOException why) {
        return Refusal.OF_RESPONSE.invalid("its body is not what its Content-Encoding says", why);
    }
}
