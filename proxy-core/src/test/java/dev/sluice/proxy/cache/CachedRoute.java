package dev.sluice.proxy.cache;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** A route with a cache, in front of an origin that answers by a script, on simulated time. */
final class CachedRoute {
    final SimulatedTime time = new SimulatedTime();
    final Cache cache;
    final Deque<ProxyHandler> script = new ArrayDeque<>();
    final FakeUpstream origin = FakeUpstream.named("origin").answer(request -> {
        ProxyHandler next = Objects.requireNonNull(
                script.size() > 1 ? script.poll() : script.peek(), () -> "no answer for " + request);
        return next.handle(request);
    });
    final TestClient client;
    private final AtomicInteger requests = new AtomicInteger();
    /** Sees each request of a client. */
    Consumer<ProxyRequest> onRequest = request -> {};
    /** Changes each response on its way from the cache to a client. */
    BiFunction<ProxyRequest, ProxyResponse, ProxyResponse> after = (request, response) -> response;

    CachedRoute() {
        this(CacheRules.DEFAULT);
    }

    CachedRoute(CacheRules rules) {
        this(rules, Cache.builder());
    }

    CachedRoute(CacheRules rules, Cache.Builder setup) {
        this.cache = setup.time(time).build();
        this.client = TestClient.of(Pipeline.builder()
                .time(time)
                .addRoute(Route.path("/**")
                        .addFilter((request, next) -> {
                            onRequest.accept(request);
                            return after.apply(request, next.handle(request));
                        })
                        .cache(cache, rules)
                        .to(origin))
                .build());
    }

    /** The next answer of the origin; the last one is repeated. */
    CachedRoute answer(int status, String text, String... fields) {
        return answer(request -> ProxyResponse.builder(status)
                .headers(Headers.of(fields))
                .body(Body.of(text))
                .build());
    }

    CachedRoute answer(ProxyHandler handler) {
        script.add(handler);
        return this;
    }

    /** Confirms what the request has a tag of, and else sends it, after a while. */
    ProxyHandler validated(int seconds, String control) {
        return request -> {
            time.await(new Signal(), time.deadline(Duration.ofSeconds(seconds)));
            boolean has = request.headers().has("If-None-Match");
            return ProxyResponse.builder(has ? 304 : 200)
                    .headers(Headers.of("Cache-Control", control, "ETag", "\"a\""))
                    .body(has ? Body.empty() : Body.of("x"))
                    .build();
        };
    }

    TestResponse get(String path, String... fields) throws IOException, InterruptedException {
        return send("GET", path, fields);
    }

    /** Each request comes from another address: a server lets one address have only a share of its exchanges. */
    TestResponse send(String method, String path, String... fields) throws IOException, InterruptedException {
        int number = requests.incrementAndGet();
        InetSocketAddress address = new InetSocketAddress("10.1." + number / 250 + '.' + (1 + number % 250), 4711);
        return client.from(address)
                .send(
                        method,
                        path,
                        Headers.of(fields).toBuilder().set("Host", "shop.test").build(),
                        new byte[0]);
    }

    void advance(int seconds) throws InterruptedException {
        time.advance(Duration.ofSeconds(seconds));
    }

    <T> T run(Callable<T> work) throws Exception {
        return time.run(work);
    }

    /** How many requests the origin has got. */
    int asked() {
        return origin.requests().size();
    }

    @Override
    public String toString() {
        return Arrays.toString(origin.requests().toArray());
    }
}
