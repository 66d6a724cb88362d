package dev.sluice.proxy.transport.jdk;

import java.net.CookieHandler;
import java.net.URI;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Shows a response's fields before the client looks at its framing. The client fails a 204 with a {@code
 * Content-Length} or a {@code Transfer-Encoding}, and shows nothing of it, though a 204 has no body whatever its fields
 * say (RFC 9112 §6.3); but first it hands the fields of every response to its cookie handler, with the very URI object
 * of the request. No cookie is kept or added. Safe for use by many threads.
 */
final class JdkUpstreamFields extends CookieHandler {
    private final Map<URI, Consumer<Map<String, List<String>>>> calls =
            Collections.synchronizedMap(new IdentityHashMap<>());

    /** Gives the fields of the response to {@code fields}, until {@link #forget}, on a thread of the client. */
    void expect(URI request, Consumer<Map<String, List<String>>> fields) {
        calls.put(request, fields);
    }

    void forget(URI request) {
        calls.remove(request);
    }

    @Override
    public Map<String, List<String>> get(URI uri, Map<String, List<String>> headers) {
        return Map.of();
    }

    @Override
    public void put(URI uri, Map<String, List<String>> headers) {
        Consumer<Map<String, List<String>>> call = calls.get(uri);
        if (call != null) {
            call.accept(headers);
        }
    }
}
