package dev.sluice.proxy.content;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import java.io.IOException;
import java.util.List;

/** Changes the bodies of requests. */
record RewrittenRequests(BodyChange change, RewrittenTypes types, List<ContentCoding> codings) implements ProxyFilter {
    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        Body body = request.body();
        Headers fields = request.headers();
        if (body.length() == 0 || !types.has(fields)) {
            return next.handle(request);
        }
        List<ContentCoding> applied = RequestCodings.of(request, codings);
        Body plain = applied.isEmpty()
                ? body
                : DecodedInput.of(body, applied, DecodedLimit.NONE, RequestCodings::invalid, request.exchange());
        Body changed = change.change(request, fields, plain, Refusal.OF_REQUEST);
        return next.handle(request.toBuilder()
                .headers(OtherForm.of(fields).build())
                .body(OtherForm.of(EncodedInput.again(changed, applied, request.exchange())))
                .build());
    }
}
