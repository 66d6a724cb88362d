package dev.sluice.proxy.content;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import java.io.InputStream;
import java.util.function.UnaryOperator;

/** Changes bodies while they stream. */
record ChangedStream(UnaryOperator<InputStream> change) implements BodyChange {
    @Override
    public Body change(ProxyRequest request, Headers fields, Body plain, Refusal refused) {
        return plain.map(change, Body.UNKNOWN);
    }
}
