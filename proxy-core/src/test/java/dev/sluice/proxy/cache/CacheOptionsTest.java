package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.CacheUse;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.forward.ForwardProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.OtherTime;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same requests through each combination of a cache's options: what a client gets never depends on them. */
class CacheOptionsTest {
    private static final String ANNA = "user=anna";
    private static final String BOB = "user=bob";
    private static final String CARL = "Bearer carl";

    private static OptionsOrigin origin;

    @TempDir
    Path folder;

    /** One combination. */
    record Options(
            boolean bypassCookies,
            boolean grace,
            boolean heuristics,
            boolean ignoreRequestDirectives,
            boolean statusField,
            boolean forward) {
        static Options of(int bits) {
            return new Options(
                    (bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0, (bits & 8) > 0, (bits & 16) > 0, (bits & 32) > 0);
        }

        CacheRules rules() {
            return CacheRules.builder()
                    .bypassCookies(bypassCookies)
                    .grace(grace ? Duration.ofMinutes(1) : Duration.ZERO)
                    .heuristics(heuristics)
                    .ignoreRequestDirectives(ignoreRequestDirectives)
                    .statusField(statusField)
                    .passFor(Duration.ofHours(1))
                    .build();
        }
    }

    static Stream<Options> all() {
        return IntStream.range(0, 64).mapToObj(Options::of);
    }

    @BeforeAll
    static void begin() {
        origin = new OptionsOrigin();
    }

    @AfterAll
    static void end() {
        origin.close();
    }

    @ParameterizedTest
    @MethodSource("all")
    void eachClientGetsItsOwn(Options options) throws Exception {
        List<String> inMemory = requests(options, StoreKind.MEMORY);
        assertThat(inMemory).anyMatch(line -> line.startsWith("hit"));
        // Over connections of a forward proxy it takes long, and a store does not see by which way its responses came.
        if (!options.forward || options.grace) {
            assertThat(requests(options, StoreKind.DISK)).isEqualTo(inMemory);
        }
        if (!options.forward || !options.grace) {
            assertThat(requests(options, StoreKind.TIERED)).isEqualTo(inMemory);
        }
    }

    /** What became of each request; the same with each store. */
    private List<String> requests(Options options, StoreKind kind) throws Exception {
        Shifted time = new Shifted();
        List<String> became = new ArrayList<>();
        Path own = Files.createTempDirectory(folder, "store");
        try (Cache cache = Cache.builder().store(kind.open(own)).time(time).build()) {
            TestClient client = TestClient.of(pipeline(options, cache, time));
            Run run = new Run(options, cache, client, became);
            for (int seconds : new int[] {0, 3, 70}) {
                time.now = time.now.plusSeconds(seconds);
                origin.now = time.now;
                run.all();
            }
        }
        return became;
    }

    private static Pipeline pipeline(Options options, Cache cache, TimeSource time) {
        Pipeline.Builder pipeline = Pipeline.builder().time(time);
        if (options.forward) {
            pipeline.forward(ForwardProxy.builder()
                    .addresses(AddressRule.ANY)
                    .transport(DirectTransport.shared())
                    .cache(cache, options.rules())
                    .build());
        } else {
            pipeline.addRoute(Route.path("/**").cache(cache, options.rules()).to(origin.upstream()));
        }
        return pipeline.build();
    }

    /** The requests of several clients with one combination. */
    private record Run(Options options, Cache cache, TestClient client, List<String> became) {
        void all() throws Exception {
            for (String path : OptionsOrigin.FOR_ALL.keySet().stream().sorted().toList()) {
                each(path);
            }
            for (String path : OptionsOrigin.FOR_ONE.keySet().stream().sorted().toList()) {
                each(path);
            }
        }

        private void each(String path) throws Exception {
            get(path);
            get(path, "Cookie", ANNA);
            get(path, "Cookie", BOB, "Accept-Language", "de");
            get(path, "Authorization", CARL, "Accept-Language", "en");
            get(path, "Accept-Language", "de");
            get(path, "Cache-Control", "no-cache");
            get(path, "Cache-Control", "max-age=0, max-stale=10", "Cookie", BOB);
            get(path, "Cache-Control", "max-stale");
            get(path, "Cache-Control", "no-store", "Cookie", ANNA);
            get(path, "Cache-Control", "only-if-cached");
            get(path, "Range", "bytes=1-3");
            get(path, "Range", "bytes=1-3", "Cookie", ANNA);
            get(path, "If-None-Match", "\"t\", \"c\", W/\"w\"");
            get(path, "If-None-Match", "\"other\"", "Cookie", BOB);
            send("HEAD", path);
            get(path, "Cookie", BOB);
            get(path);
        }

        private void get(String path, String... fields) throws Exception {
            send("GET", path, fields);
        }

        private void send(String method, String path, String... fields) throws Exception {
            int before = origin.asked();
            Headers sent =
                    Headers.of(fields).toBuilder().set("Host", origin.host()).build();
            String target = options.forward ? "http://" + origin.host() + path : path;
            TestResponse response = client.send(method, target, sent, new byte[0]);
            Awaited.isTrue(() -> cache.snapshot().fills() == 0);
            int asked = origin.asked() - before;
            CacheUse use = response.record().cache();
            boolean hit = use != null && use.hit();
            String what = options + ": " + method + ' ' + path + ' ' + List.of(fields) + " got " + response.status()
                    + ' ' + response.text() + ", " + use;
            assertThat(response.failure()).as(what).isNull();
            assertThat(asked).as(what).isLessThanOrEqualTo(1);
            isRight(response, method, OptionsOrigin.text(path, sent), sent, what);
            // RFC 9211 §2: not on what the proxy makes itself.
            boolean own = use != null && !hit && use.forward() == null;
            assertThat(response.headers().has("Cache-Status")).as(what).isEqualTo(options.statusField && !own);
            if (hit) {
                assertThat(OptionsOrigin.FOR_ONE.containsKey(path) && !path.equals("/account"))
                        .as(what)
                        .isFalse();
                assertThat(options.bypassCookies && sent.has("Cookie")).as(what).isFalse();
            }
            became.add((hit ? "hit " : "sent ")
                    + asked
                    + ' '
                    + method
                    + ' '
                    + path
                    + ' '
                    + List.of(fields)
                    + ' '
                    + response.status()
                    + ' '
                    + response.text());
        }

        private void isRight(TestResponse response, String method, String text, Headers sent, String what) {
            Optional<String> control = sent.first("Cache-Control");
            switch (response.status()) {
                case 200 -> assertThat(response.text()).as(what).isEqualTo(method.equals("HEAD") ? "" : text);
                case 206 -> {
                    assertThat(sent.has("Range")).as(what).isTrue();
                    assertThat(response.text()).as(what).isEqualTo(text.substring(1, 4));
                }
                case 304 -> {
                    assertThat(sent.first("If-None-Match").orElse(""))
                            .as(what)
                            .contains(response.headers().first("ETag").orElse("none"));
                }
                case 504 -> {
                    assertThat(control).as(what).contains("only-if-cached");
                    assertThat(options.ignoreRequestDirectives).as(what).isFalse();
                }
                default -> throw new AssertionError(what);
            }
        }
    }

    /** A clock that moves only if it is put forward. */
    private static final class Shifted extends OtherTime {
        private volatile Instant now = Instant.now();

        private Shifted() {
            super(TimeSource.system());
        }

        @Override
        public Instant now() {
            return now;
        }
    }
}
