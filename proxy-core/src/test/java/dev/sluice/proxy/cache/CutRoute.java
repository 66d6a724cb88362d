package dev.sluice.proxy.cache;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.Stored;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A route with a cache in front of an origin whose responses arrive slowly, and clients that ask for them. */
final class CutRoute implements AutoCloseable {
    static final String OLD = "an old response, which is stored";
    static final String NEW = "the new one: 0123456789 0123456789 end";
    private static final String KEY = "http://shop.test/a";

    final CachedRoute route;
    private final CountingStore store;
    private int piece = 1;
    private final List<Signal> ended = new ArrayList<>();

    CutRoute(CacheStore store, CacheRules rules) {
        this.store = new CountingStore(store);
        this.route = new CachedRoute(rules, Cache.builder().store(this.store));
    }

    /** How many bytes arrive each second; one by default. */
    CutRoute pieces(int bytes) {
        piece = bytes;
        return this;
    }

    /** The next answer of the origin: with these fields and this text, of which a piece arrives each second. */
    CutRoute arrives(String text, boolean isLengthKnown, UnaryOperator<ArrivingBody> change, String... fields) {
        return answers(request -> {
            ArrivingBody body = change.apply(new ArrivingBody(route.time, text, piece));
            return ProxyResponse.builder(200)
                    .headers(Headers.of(fields))
                    .body(Body.of(body, isLengthKnown ? text.length() : Body.UNKNOWN))
                    .build();
        });
    }

    /** As {@link #arrives}, but at once. */
    CutRoute is(String text, String... fields) {
        return answers(request -> ProxyResponse.builder(200)
                .headers(Headers.of(fields))
                .body(Body.of(text))
                .build());
    }

    /** The next time the origin ends without a head. */
    CutRoute fails() {
        return answers(request -> {
            throw new IOException("ended before the head");
        });
    }

    private CutRoute answers(ProxyHandler answer) {
        route.answer(request -> {
            ProxyResponse part = part(request);
            return part == null ? answer.handle(request) : part;
        });
        return this;
    }

    /** Parts and heads are answered without the script; they are never stored. */
    private static ProxyResponse part(ProxyRequest request) {
        if (request.method().equals("HEAD")) {
            return ProxyResponse.of(404, "");
        }
        return request.headers().has("Range")
                ? ProxyResponse.builder(206)
                        .headers(Headers.of("Content-Range", "bytes 0-0/38"))
                        .body(Body.of("t"))
                        .build()
                : null;
    }

    /** A client that begins now, and whose response {@link Got} will have. */
    Got client(String method, String... fields) {
        Got got = new Got();
        ended.add(route.time.start("client", () -> {
            try {
                got.response = route.send(method, "/a", fields);
            } catch (IOException | InterruptedException failure) {
                got.failure = failure;
            }
        }));
        return got;
    }

    /** Waits for all clients, and for what is still on its way into the cache. */
    void awaitAll() throws InterruptedException {
        for (int i = 0; i < ended.size(); i++) {
            route.time.await(ended.get(i), TimeSource.NEVER);
        }
        route.advance(100);
    }

    /** The bodies that are stored. */
    List<String> stored() throws IOException {
        List<String> texts = new ArrayList<>();
        for (StoredResponse each : store.find(KEY)) {
            try (StoredBody body = each.open()) {
                texts.add(new String(Stored.read(body), StandardCharsets.ISO_8859_1));
            }
        }
        return texts;
    }

    /** How many writings are open, and fills run. */
    int open() {
        return store.open() + route.cache.snapshot().fills();
    }

    @Override
    public void close() {
        route.cache.close();
    }

    /** What a client got. */
    static final class Got {
        private TestResponse response;
        private Throwable failure;

        TestResponse response() {
            if (response == null) {
                throw new IllegalStateException("there is no response", failure);
            }
            return response;
        }

        /** Returns whether it is the beginning of this text, and was seen to break off. */
        boolean isCut(String of) {
            return response != null && response.failure() != null && of.startsWith(response.text());
        }

        boolean isWhole(String text) {
            return response().failure() == null
                    && response().status() == 200
                    && response().text().equals(text);
        }

        @Override
        public String toString() {
            return response == null
                    ? "none: " + failure
                    : response.status() + " " + response.text() + " " + response.failure();
        }
    }
}
