package dev.sluice.proxy.auth;

import static dev.sluice.proxy.auth.Entering.basic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How seldom passwords are checked. In virtual time, where exactly one thread runs. */
@Timeout(60)
class PasswordChecksTest {
    private final SimulatedTime time = new SimulatedTime();
    private final List<String> checked = new ArrayList<>();
    private final List<Integer> statuses = new ArrayList<>();
    private Duration each = Duration.ZERO;
    private int running;
    private int mostRunning;
    private boolean broken;

    /** A password is right if it is the user's name; a check takes a while. */
    private boolean accepts(String user, String password) throws IOException, InterruptedException {
        checked.add(user + ':' + password);
        mostRunning = Math.max(mostRunning, ++running);
        try {
            time.await(new Signal(), time.deadline(each));
            if (broken) {
                throw new IOException("no directory");
            }
            return user.equals(password);
        } finally {
            running--;
        }
    }

    private BasicAuth auth() {
        return BasicAuth.of("gate", this::accepts);
    }

    private Entering entering(BasicAuth auth) {
        return Entering.by(time, auth);
    }

    private static int status(Entering entering, String address, String pair) throws Exception {
        return answer(entering.client, address, pair).status();
    }

    private static TestResponse answer(TestClient client, String address, String pair) throws Exception {
        return client.from(new InetSocketAddress(address, 1))
                .send("GET", "/", request -> request.header("Authorization", basic(pair)));
    }

    /** Sends requests at once; their statuses are noted as they end. */
    private void atOnce(List<Callable<Integer>> requests) throws Exception {
        List<Signal> ends = new ArrayList<>();
        for (Callable<Integer> request : requests) {
            ends.add(time.start("client", () -> {
                try {
                    statuses.add(request.call());
                } catch (Exception fault) {
                    throw new IllegalStateException(fault);
                }
            }));
        }
        for (Signal end : ends) {
            time.await(end, Long.MAX_VALUE);
        }
    }

    private static List<Callable<Integer>> requests(int count, RequestOf request) {
        List<Callable<Integer>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            all.add(() -> request.status(number));
        }
        return all;
    }

    private interface RequestOf {
        int status(int number) throws Exception;
    }

    @Test
    void aRightPasswordIsRememberedForAWhile() throws Exception {
        Entering entering = entering(auth());
        assertThat(status(entering, "10.0.0.1", "ann:ann")).isEqualTo(200);
        assertThat(status(entering, "10.0.0.2", "ann:ann")).isEqualTo(200);
        assertThat(checked).hasSize(1);

        time.run(() -> {
            time.advance(Duration.ofMinutes(1));
            return null;
        });
        assertThat(status(entering, "10.0.0.1", "ann:ann")).isEqualTo(200);
        assertThat(checked).hasSize(2);
        // What is remembered is name and password together, and where one ends.
        assertThat(status(entering, "10.0.0.1", "an:nann")).isEqualTo(401);
        assertThat(status(entering, "10.0.0.1", "ann:other")).isEqualTo(401);
        assertThat(status(entering, "10.0.0.1", "bob:ann")).isEqualTo(401);
        assertThat(checked).hasSize(5);
    }

    @Test
    void itMayBeRememberedForAnotherTimeOrNotAtAll() throws Exception {
        Entering not = entering(auth().withRemember(Duration.ZERO));
        assertThat(status(not, "10.0.0.1", "ann:ann")).isEqualTo(200);
        assertThat(status(not, "10.0.0.1", "ann:ann")).isEqualTo(200);
        assertThat(checked).hasSize(2);
    }

    @Test
    void aWrongPasswordIsCheckedAgain() throws Exception {
        Entering entering = entering(auth());
        assertThat(status(entering, "10.0.0.1", "ann:x")).isEqualTo(401);
        assertThat(status(entering, "10.0.0.1", "ann:x")).isEqualTo(401);
        assertThat(checked).hasSize(2);
    }

    @Test
    void aChangedHashTakesEffectAtOnce() throws Exception {
        Map<String, String> stored = new HashMap<>(Map.of("ann", "#old"));
        BiPredicate<String, String> check = (password, hash) -> {
            checked.add(password);
            return hash.equals("#" + password);
        };
        Entering entering = entering(BasicAuth.of("gate", Credentials.hashed(stored::get, check, "#decoy")));
        assertThat(status(entering, "10.0.0.1", "ann:old")).isEqualTo(200);
        assertThat(status(entering, "10.0.0.1", "ann:old")).isEqualTo(200);
        assertThat(checked).containsExactly("old");

        stored.put("ann", "#new");
        assertThat(status(entering, "10.0.0.1", "ann:old")).isEqualTo(401);
        assertThat(status(entering, "10.0.0.1", "ann:new")).isEqualTo(200);
        stored.remove("ann");
        assertThat(status(entering, "10.0.0.1", "ann:new")).isEqualTo(401);
    }

    @Test
    void forAUserThatDoesNotExistTheDecoyIsCheckedAndOpensNothing() throws Exception {
        BiPredicate<String, String> check = (password, hash) -> {
            checked.add(hash);
            return hash.equals("#" + password);
        };
        Entering entering = entering(BasicAuth.of("gate", Credentials.hashed(user -> null, check, "#decoy")));
        assertThat(status(entering, "10.0.0.1", "eve:x")).isEqualTo(401);
        assertThat(status(entering, "10.0.0.1", "eve:decoy")).isEqualTo(401);
        assertThat(checked).containsExactly("#decoy", "#decoy");
    }

    @Test
    void anAddressHasSoManyWrongPasswordsAMinute() throws Exception {
        Entering entering = entering(auth().withMaxFailures(3));
        assertThat(status(entering, "10.0.0.1", "ann:ann")).isEqualTo(200);
        for (String guess : List.of("ann:1", "ann:2", "bob:3")) {
            assertThat(status(entering, "10.0.0.1", guess)).isEqualTo(401);
        }
        checked.clear();

        TestResponse refused = answer(entering.client, "10.0.0.1", "bob:bob");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers().first("Retry-After")).hasValue("20");
        assertThat(status(entering, "10.0.0.1", "ann:ann")).as("is remembered").isEqualTo(200);
        assertThat(checked).isEmpty();
        assertThat(status(entering, "10.0.0.2", "bob:bob")).isEqualTo(200);

        time.run(() -> {
            time.advance(Duration.ofSeconds(20));
            return null;
        });
        assertThat(status(entering, "10.0.0.1", "eve:x")).isEqualTo(401);
        assertThat(status(entering, "10.0.0.1", "eve:x")).isEqualTo(429);
    }

    @Test
    void anAddressWithoutTriesLearnsNothingOfWhatOthersHaveShown() throws Exception {
        Entering entering = entering(auth().withMaxFailures(3));
        assertThat(status(entering, "10.0.0.1", "ann:ann")).isEqualTo(200);
        for (String guess : List.of("ann:1", "ann:2", "ann:3")) {
            assertThat(status(entering, "10.0.0.9", guess)).isEqualTo(401);
        }

        assertThat(status(entering, "10.0.0.9", "ann:4")).isEqualTo(429);
        assertThat(status(entering, "10.0.0.9", "ann:ann")).as("a right guess").isEqualTo(429);
        assertThat(status(entering, "10.0.0.1", "ann:ann")).isEqualTo(200);
        assertThat(status(entering, "10.0.0.8", "ann:ann")).isEqualTo(200);
        assertThat(checked).hasSize(4);
    }

    @Test
    void anAddressIsANetworkOf64BitsOfIpv6() throws Exception {
        Entering entering = entering(auth().withMaxFailures(1));

        assertThat(status(entering, "2001:db8::1", "ann:1")).isEqualTo(401);
        assertThat(status(entering, "2001:db8::2", "ann:1")).isEqualTo(429);
        assertThat(status(entering, "2001:db8:0:1::1", "ann:1")).isEqualTo(401);
    }

    @Test
    void rightPasswordsAndFaultsAreNoFailures() throws Exception {
        Entering entering = entering(auth().withMaxFailures(2));
        for (int i = 0; i < 10; i++) {
            assertThat(status(entering, "10.0.0.1", i + ":" + i)).isEqualTo(200);
        }
        broken = true;
        for (int i = 0; i < 10; i++) {
            assertThat(status(entering, "10.0.0.1", "a:" + i)).isEqualTo(503);
        }
        broken = false;
        assertThat(status(entering, "10.0.0.1", "a:a")).isEqualTo(200);
    }

    @Test
    void aFloodThatComesAtOnceGetsNoMoreGuesses() throws Exception {
        each = Duration.ofMillis(100);
        Entering entering = entering(auth().withMaxFailures(3).withMaxChecks(100));
        time.run(() -> {
            atOnce(requests(20, i -> status(entering, "10.0.0.1", "ann:" + i)));
            return null;
        });

        assertThat(checked).hasSize(3);
        assertThat(statuses).hasSize(20).filteredOn(status -> status == 429).hasSize(17);
    }

    @Test
    void theSamePasswordIsCheckedOnceAtATime() throws Exception {
        each = Duration.ofMillis(100);
        Entering entering = entering(auth().withMaxFailures(1));
        time.run(() -> {
            atOnce(requests(5, i -> status(entering, "10.0.0.1", "ann:ann")));
            atOnce(requests(5, i -> status(entering, "10.0.0.1", "ann:wrong")));
            return null;
        });

        assertThat(checked).containsExactly("ann:ann", "ann:wrong");
        assertThat(statuses).containsExactly(200, 200, 200, 200, 200, 401, 401, 401, 401, 401);
    }

    @Test
    void whoWaitsForACheckThatFailsDoesNotWaitForAnotherOne() throws Exception {
        each = Duration.ofSeconds(10);
        broken = true;
        Entering entering = entering(auth());
        long took = time.run(() -> {
            atOnce(requests(20, i -> status(entering, "10.0.0.1", "ann:ann")));
            return time.nanos();
        });

        assertThat(statuses).containsOnly(503).hasSize(20);
        assertThat(checked).hasSize(1);
        assertThat(took).isEqualTo(10_000_000_000L);
    }

    @Test
    void whoWaitsForACheckOfAClientThatIsGivenUpTriesItself() throws Exception {
        each = Duration.ofSeconds(2);
        BasicAuth auth = auth().withMaxChecks(1);
        TestClient hasty = TestClient.of(Pipeline.builder()
                .time(time)
                .timeouts(Timeouts.builder().total(Duration.ofSeconds(1)).build())
                .addFilter(Authentication.require(auth))
                .addRoute("/**", request -> ProxyResponse.of(200))
                .build());
        Entering entering = entering(auth);
        time.run(() -> {
            atOnce(List.of(
                    () -> status(entering, "10.0.0.1", "bob:bob"),
                    () -> answer(hasty, "10.0.0.2", "ann:ann").status(),
                    () -> status(entering, "10.0.0.3", "ann:ann")));
            return null;
        });

        assertThat(statuses).containsExactly(504, 200, 200);
        assertThat(checked).containsExactly("bob:bob", "ann:ann");
    }

    @Test
    void atMostSoManyChecksRunAtOnce() throws Exception {
        each = Duration.ofSeconds(1);
        Entering entering = entering(auth().withMaxChecks(2));
        long took = time.run(() -> {
            atOnce(requests(6, i -> status(entering, "10.0.0." + i, i + ":" + i)));
            return time.nanos();
        });

        assertThat(mostRunning).isEqualTo(2);
        assertThat(statuses).containsOnly(200).hasSize(6);
        assertThat(took).isEqualTo(3_000_000_000L);
    }

    @Test
    void nobodyWaitsForACheckForMoreThanFiveSeconds() throws Exception {
        each = Duration.ofSeconds(4);
        Entering entering = entering(auth().withMaxChecks(1));
        time.run(() -> {
            atOnce(requests(4, i -> status(entering, "10.0.0." + i, i + ":" + i)));
            assertThat(status(entering, "10.0.0.9", "9:9")).isEqualTo(200);
            return null;
        });

        assertThat(statuses).containsExactlyInAnyOrder(200, 200, 503, 503);
        assertThat(checked).hasSize(3);
    }

    @Test
    void aRequestThatIsGivenUpWhileItWaitsKeepsNoPlace() throws Exception {
        each = Duration.ofSeconds(2);
        TestClient client = TestClient.of(Pipeline.builder()
                .time(time)
                .timeouts(Timeouts.builder().total(Duration.ofSeconds(1)).build())
                .addFilter(Authentication.require(auth().withMaxChecks(1)))
                .addRoute("/**", request -> ProxyResponse.of(200))
                .build());
        time.run(() -> {
            atOnce(requests(3, i -> answer(client, "10.0.0." + i, i + ":" + i).status()));
            each = Duration.ZERO;
            assertThat(answer(client, "10.0.0.9", "9:9").status()).isEqualTo(200);
            return null;
        });

        assertThat(statuses).containsOnly(504).hasSize(3);
        assertThat(checked).hasSize(2);
    }

    @Test
    void aClientWithoutTriesIsNotForgottenForManyOthers() {
        Guesses guesses = new Guesses(1);
        assertThat(guesses.take("busy", 0)).isZero();
        for (int i = 0; i < 200_000; i++) {
            guesses.take(i, 0);
        }

        assertThat(guesses.size()).isLessThanOrEqualTo(100_000);
        assertThat(guesses.tooEarly("busy", 0)).isEqualTo(60_000_000_000L);
        assertThat(guesses.take("busy", 0)).isEqualTo(60_000_000_000L);
        guesses.giveBack("busy", 0);
        assertThat(guesses.take("busy", 0)).isZero();
    }

    @Test
    void onlySoManyPasswordsAreRemembered() throws Exception {
        PasswordChecks checks = new PasswordChecks((user, password) -> true, Duration.ofMinutes(1), 30, 1);
        BasicAuth auth = auth().withMaxFailures(100);
        Entering entering = Entering.by(time, request -> {
            for (int i = 0; i < 10_100; i++) {
                assertThat(checks.check(request, new dev.sluice.proxy.syntax.BasicCredentials("u" + i, "p")))
                        .isZero();
            }
            return auth.authenticate(request);
        });

        assertThat(entering.status()).isEqualTo(401);
        assertThat(checks.remembered()).isEqualTo(10_000);
    }

    @Test
    void whatIsOutOfRangeIsRefused() {
        assertThatThrownBy(() -> auth().withMaxFailures(0)).hasMessage("maxFailures must be positive: 0");
        assertThatThrownBy(() -> auth().withMaxChecks(-1)).hasMessage("maxChecks must be positive: -1");
        assertThatThrownBy(() -> auth().withRemember(Duration.ofDays(2)))
                .hasMessage("remember must be 0 to 1 day: 48 h");
        assertThatThrownBy(() -> auth().withRemember(Duration.ofSeconds(-1))).hasMessageStartingWith("remember");
    }

    /** A mistake in somebody's code takes its time too, and those that wait for it do not take it one after the other. */
    @Test
    void aFaultCountsForAllThatWaitForIt() throws Exception {
        Entering entering = entering(BasicAuth.of("gate", (user, password) -> {
            checked.add(user + ':' + password);
            time.await(new Signal(), time.deadline(Duration.ofSeconds(5)));
            throw new IllegalStateException("no directory");
        }));
        long before = time.nanos();
        double seconds = time.run(() -> {
            atOnce(requests(10, i -> status(entering, "10.0.0.1", "ann:ann")));
            return (time.nanos() - before) / 1e9;
        });
        assertThat(statuses).hasSize(10).containsOnly(500);
        assertThat(seconds).isEqualTo(5);
        assertThat(checked).hasSize(1);
    }
}
