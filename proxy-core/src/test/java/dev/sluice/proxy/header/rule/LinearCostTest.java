package dev.sluice.proxy.header.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.error.ErrorHandler;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.OriginMask;
import dev.sluice.proxy.header.Via;
import dev.sluice.proxy.testing.TestExchange;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The work on a head is linear in its size, whichever field is long. A head that is 64 times as long may take ten times
 * as long as linear work would, because of caches and the garbage collector. Quadratic work would take 4096 times as
 * long. The thread's CPU time is measured, so a busy machine does not matter.
 */
class LinearCostTest {
    private static final int SMALL = 100;
    private static final int FACTOR = 64;

    /** One member of the list, by field. */
    private static final Map<String, Function<Integer, String>> FIELDS = Map.ofEntries(
            Map.entry("Connection", i -> "x-" + i),
            Map.entry("TE", i -> "t" + i),
            Map.entry("Upgrade", i -> "h2c"),
            Map.entry("Transfer-Encoding", i -> "c" + i),
            Map.entry("Via", i -> "1.1 p" + i + " (c)"),
            Map.entry("X-Forwarded-For", i -> "10.0." + i % 250 + "." + i / 250 % 250),
            Map.entry("X-Forwarded-Proto", i -> "https"),
            Map.entry("X-Forwarded-Host", i -> "h" + i),
            Map.entry("X-Forwarded-Prefix", i -> "/p" + i),
            Map.entry("Forwarded", i -> "for=10.0." + i % 250 + "." + i / 250 % 250 + ";proto=http"),
            Map.entry("Accept", i -> "a/b;q=0"),
            Map.entry("Expect", i -> "x"),
            Map.entry("Cookie", i -> "c" + i + "=1"),
            Map.entry("Cache-Control", i -> "a" + i));

    static Stream<String> fields() {
        return FIELDS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("fields")
    void aLongListInOneLineCostsLinearTime(String field) {
        String separator = field.equals("Cookie") ? "; " : ", ";
        assertLinear(members -> Headers.of(
                field,
                IntStream.range(0, members)
                        .mapToObj(i -> FIELDS.get(field).apply(i))
                        .collect(Collectors.joining(separator))));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void manyLinesCostLinearTime(String field) {
        assertLinear(members -> {
            Headers.Builder lines = Headers.builder();
            for (int i = 0; i < members; i++) {
                lines.add(field, FIELDS.get(field).apply(i));
            }
            return lines.build();
        });
    }

    @ParameterizedTest
    @MethodSource("fields")
    void manyConnectionOptionsAndFieldsCostLinearTime(String field) {
        assertLinear(members -> {
            Headers.Builder lines = Headers.builder()
                    .add(
                            "Connection",
                            IntStream.range(0, members).mapToObj(i -> "o" + i).collect(Collectors.joining(",")));
            for (int i = 0; i < members; i++) {
                lines.add("f" + i, FIELDS.get(field).apply(i));
            }
            return lines.build();
        });
    }

    private static void assertLinear(Function<Integer, Headers> heads) {
        Headers small = heads.apply(SMALL);
        Headers large = heads.apply(FACTOR * SMALL);
        leastNanos(small, FACTOR);
        assertThat(leastNanos(large, 1)).isLessThan(10 * leastNanos(small, FACTOR));
    }

    /** The smallest time of several runs of {@code times} passes, because other work can only add time. */
    private static long leastNanos(Headers head, int times) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int run = 0; run < 4; run++) {
            long begin = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < times; i++) {
                pass(head);
            }
            least = Math.min(least, threads.getCurrentThreadCpuTime() - begin);
        }
        return least;
    }

    /** Everything that both halves and a reverse proxy do with the fields of a head. */
    private static void pass(Headers received) {
        InetSocketAddress peer = new InetSocketAddress("10.0.0.1", 1);
        Client client = new Client(peer, peer, null);
        Forwarding trusting =
                Forwarding.builder().trust("10.0.0.0/8").forwarded(true).build();
        try {
            HopByHop.upgrade(HttpVersion.HTTP_1_1, received);
            HopByHop.acceptsTrailers(received);
            HopByHop.isPersistent(HttpVersion.HTTP_1_1, received);
            Headers clean = HopByHop.request(HopByHop.request(received, true), false);
            Headers forwarded = trusting.apply(clean, client, null, "");
            trusting.clientAddress(client, clean);
            trusting.clientScheme(client, clean);
            Via.of("me").request(forwarded, HttpVersion.HTTP_1_1);
            Via.neutral("proxy").request(forwarded, HttpVersion.HTTP_1_1);
            new MaskedHead(OriginMask.DEFAULT, () -> new OriginMapping("https", null, "/a", "http", null, "/b"))
                    .apply(HopByHop.response("GET", 200, received, false));
            ErrorHandler.standardPage(
                    TestExchange.request("GET", "/").toBuilder()
                            .headers(received)
                            .build(),
                    ProxyException.refused(dev.sluice.proxy.Outcome.NO_ROUTE, "none"));
            received.list("Expect");
            Framing.request("GET", HttpVersion.HTTP_1_1, received);
        } catch (ProxyException refused) {
            // A listener does this too.
        }
    }
}
