package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.TestClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which members are taken out for server errors while another one is out. */
class ErringMembersTest {
    private static final String KEY = "X-Key";

    private final ManualTime time = new ManualTime();
    private final ConcurrentHashMap<String, Predicate<ProxyRequest>> errs = new ConcurrentHashMap<>();
    private final List<PoolEvent> ejected = new ArrayList<>();
    private final Random random = new Random(7);
    private UpstreamPool pool;
    private TestClient client;

    @AfterEach
    void close() {
        pool.close();
    }

    private void pool(int members, LoadBalancer strategy) {
        UpstreamPool.Builder builder = UpstreamPool.builder()
                .time(time)
                .strategy(strategy)
                .addListener(event -> {
                    if (event.kind() == PoolEvent.Kind.EJECTED) {
                        ejected.add(event);
                    }
                });
        for (int i = 0; i < members; i++) {
            builder.addMember(Member.of(new Server("m" + i)));
        }
        pool = builder.build();
        client = TestClient.of(ReverseProxy.to(pool), time);
    }

    /** Answers each request at once. */
    private final class Server implements Upstream {
        private final String id;

        Server(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public ProxyResponse send(ProxyRequest request) {
            boolean fails = errs.getOrDefault(id, any -> false).test(request);
            return fails ? ProxyResponse.of(500, "failed") : ProxyResponse.of(200, "well");
        }
    }

    private void send(String key) throws IOException, InterruptedException {
        time.advance(Duration.ofMillis(5));
        client.send("POST", "/", request -> request.headers(Headers.of(KEY, key)));
    }

    private TreeSet<String> wereOut() {
        TreeSet<String> ids = new TreeSet<>();
        ejected.forEach(event -> ids.add(event.member()));
        return ids;
    }

    /** One client, bound to a member by its key, sends requests that fail everywhere. */
    @ParameterizedTest
    @CsvSource({"2,60", "3,15", "3,60", "3,90", "5,20", "5,60", "10,10", "10,30", "10,60", "10,80"})
    void errorsThatComeWithCertainRequestsTakeOutAThirdAtMost(int members, int percent) throws Exception {
        pool(members, Strategies.rendezvous(RequestKey.header(KEY)));
        for (int i = 0; i < members; i++) {
            errs.put("m" + i, request -> request.headers().first(KEY).orElse("").equals("bad"));
        }
        for (int i = 0; i < 24_000; i++) {
            send(random.nextInt(100) < percent ? "bad" : "key" + random.nextInt(1_000));
            long out = pool.snapshot().members().stream()
                    .filter(member -> member.condition() != PoolSnapshot.Condition.UP)
                    .count();
            assertThat(out).as("out after %s requests", i).isLessThanOrEqualTo(Math.max(1, members / 3));
        }
        assertThat(wereOut()).isNotEmpty();
    }

    @Test
    void twoMembersThatErrFromTheSameTimeOnAreBothTakenOut() throws Exception {
        pool(6, Strategies.roundRobin());
        errs.put("m1", request -> random.nextInt(100) < 80);
        errs.put("m4", request -> random.nextInt(100) < 80);
        for (int i = 0; i < 600; i++) {
            send("key");
        }
        assertThat(wereOut()).containsExactly("m1", "m4");
    }

    @Test
    void aSecondMemberThatAnswersOnlyErrorsIsTakenOutToo() throws Exception {
        pool(6, Strategies.roundRobin());
        errs.put("m1", request -> true);
        for (int i = 0; i < 300; i++) {
            send("key");
        }
        assertThat(wereOut()).containsExactly("m1");
        errs.put("m4", request -> true);
        for (int i = 0; i < 300; i++) {
            send("key");
        }
        assertThat(wereOut()).containsExactly("m1", "m4");
    }

    @Test
    void whenTheFirstIsBackTheNextIsComparedAsBefore() throws Exception {
        pool(6, Strategies.roundRobin());
        errs.put("m1", request -> true);
        for (int i = 0; i < 300; i++) {
            send("key");
        }
        errs.remove("m1");
        for (int i = 0; i < 4_000; i++) {
            send("key");
        }
        errs.put("m4", request -> random.nextInt(100) < 80);
        for (int i = 0; i < 600; i++) {
            send("key");
        }
        assertThat(wereOut()).containsExactly("m1", "m4");
    }
}
