package dev.sluice.proxy.connect.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bound on look-ups, with tasks that the test runs itself. */
class LookupsTest {
    private static final Object CONFIGURATION = Lookups.CONFIGURATION;

    private final Begun time = new Begun();
    private final Lookups lookups = new Lookups(8);
    private final List<String> asked = new ArrayList<>();

    private Question question(String host) {
        return new Question(
                host,
                name -> {
                    asked.add(name);
                    throw new UnknownHostException(name);
                },
                time,
                question -> {});
    }

    private Lookups.Ticket enter(String host, Object client) {
        return lookups.enter(question(host), client);
    }

    private void enter(int count, Object client) {
        for (int i = 0; i < count; i++) {
            enter(client + "-" + i, client);
        }
    }

    @Test
    void oneClientMayUseAQuarter() {
        enter(5, "a");

        assertThat(lookups.running()).isEqualTo(2);
        assertThat(time.runAll()).isEqualTo(5);
        assertThat(asked).containsExactly("a-0", "a-1", "a-2", "a-3", "a-4");
        assertThat(lookups.running()).isZero();
    }

    @Test
    void clientsTogetherMayUseThreeQuarters() {
        for (String client : List.of("a", "b", "c", "d")) {
            enter(2, client);
        }
        assertThat(lookups.running()).isEqualTo(6);

        enter("upstream", CONFIGURATION);
        assertThat(lookups.running()).isEqualTo(7);
        enter("upstream-2", CONFIGURATION);
        enter("upstream-3", CONFIGURATION);
        assertThat(lookups.running()).isEqualTo(8);
    }

    @Test
    void theClientWithTheFewestIsNext() {
        for (String client : List.of("a", "b", "c")) {
            enter(4, client);
        }
        enter("late", "d");
        time.runFirst();

        assertThat(time.runAll()).isEqualTo(12);
        assertThat(asked.subList(0, 7)).endsWith("late");
    }

    @Test
    void aQuestionIsAskedOnceWhoeverWaitsForIt() {
        Question shared = question("shared");
        enter(2, "a");
        lookups.enter(shared, "a");
        assertThat(shared.begun()).isFalse();
        lookups.enter(shared, "b");
        assertThat(shared.begun()).isTrue();
        lookups.enter(shared, "c");
        time.runAll();

        assertThat(asked).containsOnlyOnce("shared");
        assertThat(shared.done().fired()).isTrue();
        assertThat(Objects.requireNonNull(shared.failure())).hasMessage("shared");
    }

    @Test
    void anAbandonedQuestionIsNotAsked() {
        enter(2, "a");
        Question given = question("given up");
        Lookups.Ticket first = lookups.enter(given, "a");
        Lookups.Ticket second = lookups.enter(given, "a");
        lookups.leave(first);
        lookups.leave(second);
        Question kept = question("kept");
        lookups.leave(Objects.requireNonNull(lookups.enter(kept, "a")));
        lookups.enter(kept, "a");
        time.runAll();

        assertThat(asked).containsExactly("a-0", "a-1", "kept");
    }

    @Test
    void theQueueOfOneClientIsBounded() {
        enter(2 + 16, "a");
        Question one = question("one more");
        assertThat(lookups.enter(one, "a")).isNull();
        assertThat(lookups.enter(one, "b")).isNotNull();
        time.runAll();
        assertThat(enter("later", "a")).isNotNull();
    }

    @Test
    void aClientWithoutQuestionsIsForgotten() {
        Question shared = question("shared");
        enter(2, "a");
        lookups.enter(shared, "a");
        lookups.enter(shared, "b");
        // It is too late to ask, and a question that refreshes an answer never leaves.
        lookups.enter(shared, "c");
        time.runAll();

        assertThat(lookups.clients()).isZero();
    }

    @Test
    void withoutAThreadTheQuestionFails() {
        time.refuse = true;
        Question question = question("a");
        lookups.enter(question, "a");

        assertThat(question.done().fired()).isTrue();
        assertThat(Objects.requireNonNull(question.failure())).hasMessage("no thread");
        assertThat(lookups.running()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "2001:db8:1:2::1, 2001:db8:1:2:ffff::, true",
        "2001:db8:1:2::1, 2001:db8:1:3::1, false"
    })
    void aClientIsAnAddressOrABlockOf64Bits(String one, String other, boolean same) throws Exception {
        assertThat(client(one).equals(client(other))).isEqualTo(same);
    }

    private static Object client(String address) throws UnknownHostException {
        InetSocketAddress peer = new InetSocketAddress(InetAddress.getByName(address), 4_000);
        Exchange scope = Exchange.builder(new ManualTime())
                .client(new Client(peer, peer, null))
                .begin();
        return Lookups.client(scope);
    }

    /** Keeps started tasks until the test runs them. */
    private static final class Begun implements TimeSource {
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private boolean refuse;

        void runFirst() {
            tasks.remove().run();
        }

        int runAll() {
            int count = 0;
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
                count++;
            }
            return count;
        }

        @Override
        public Signal startNative(String name, Runnable work) {
            if (refuse) {
                throw new IllegalStateException("no thread");
            }
            tasks.add(work);
            return new Signal();
        }

        @Override
        public Signal start(String name, Runnable work) {
            throw new AssertionError("a look-up may block inside the operating system");
        }

        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public Scheduled schedule(Duration delay, Runnable task) {
            throw new AssertionError("nothing is scheduled");
        }

        @Override
        public boolean await(Signal signal, long deadlineNanos) {
            throw new AssertionError("nothing waits");
        }
    }
}
