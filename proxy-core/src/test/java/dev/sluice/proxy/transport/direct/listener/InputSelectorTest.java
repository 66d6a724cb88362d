package dev.sluice.proxy.transport.direct.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.PlainWire;
import dev.sluice.proxy.wire.Watch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InputSelectorTest {
    private final Queue<InputSelector.Waiter> ready = new ConcurrentLinkedQueue<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger openFailures = new AtomicInteger();
    private final AtomicInteger faults = new AtomicInteger();
    private ServerSocketChannel server;
    private InputSelector selector;
    private Thread thread;

    @BeforeEach
    void start() throws IOException {
        server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        InputSelector.Selecting system = new InputSelector.Selecting() {
            @Override
            public Selector open() throws IOException {
                fail(openFailures);
                return Selector.open();
            }

            @Override
            public int select(Selector selected, Consumer<SelectionKey> action, long timeout) throws IOException {
                fail(failures);
                return selected.select(action, timeout);
            }
        };
        selector = new InputSelector(system, TimeSource.system(), this::takeOrThrow, () -> {}, () -> false);
        thread = new Thread(selector::run);
        thread.start();
    }

    @AfterEach
    void end() throws Exception {
        selector.close();
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
        server.close();
    }

    private static void fail(AtomicInteger times) throws IOException {
        if (times.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IOException("thrown on purpose");
        }
    }

    private void takeOrThrow(InputSelector.Waiter waiter) {
        ready.add(waiter);
        if (faults.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new OutOfMemoryError("thrown on purpose");
        }
    }

    /** A connection of a client that waits in the selector. */
    private record Waiting(Socket client, PlainWire wire, AtomicBoolean closed) implements InputSelector.Waiter {
        @Override
        public void close() {
            closed.set(true);
        }
    }

    private Waiting waiting() throws IOException {
        Socket client =
                new Socket(InetAddress.getLoopbackAddress(), server.socket().getLocalPort());
        Waiting waiting =
                new Waiting(client, PlainWire.of(server.accept(), Watch.of(TimeSource.system())), new AtomicBoolean());
        assertThat(waiting.wire().leave()).isTrue();
        selector.add(waiting);
        return waiting;
    }

    private void awaitReady(Waiting expected) throws IOException {
        Awaited.isTrue(() -> !ready.isEmpty());
        assertThat(ready.poll()).isSameAs(expected);
        expected.wire().attend();
    }

    private static void close(Waiting waiting) throws IOException {
        waiting.client().close();
        waiting.wire().close();
    }

    @Test
    void aConnectionIsHandedOnWhenItHasInputAgainAndAgain() throws Exception {
        Waiting one = waiting();
        Waiting other = waiting();
        for (int i = 0; i < 1_000; i++) {
            one.client().getOutputStream().write(i);
            awaitReady(one);
            assertThat(one.wire().read(new byte[10], 0, 10)).isEqualTo(1);
            assertThat(one.wire().leave()).isTrue();
            selector.add(one);
        }
        assertThat(ready).isEmpty();
        other.client().close();
        awaitReady(other);
        assertThat(other.wire().read(new byte[10], 0, 10)).isEqualTo(-1);
        close(one);
        close(other);
    }

    @Test
    void aFailingSelectorIsReplacedAndNobodyIsLost() throws Exception {
        Waiting before = waiting();
        failures.set(3);
        selector.wake();
        Awaited.isTrue(() -> failures.get() == 0);
        Waiting after = waiting();
        before.client().getOutputStream().write(1);
        awaitReady(before);
        after.client().getOutputStream().write(1);
        awaitReady(after);
        close(before);
        close(after);
    }

    @Test
    void whereThereIsNoNewSelectorThreadsWaitUntilThereIsOne() throws Exception {
        Waiting before = waiting();
        openFailures.set(3);
        failures.set(1);
        selector.wake();
        awaitReady(before);
        Awaited.isTrue(() -> openFailures.get() == 0);
        assertThat(before.wire().leave()).isTrue();
        selector.add(before);
        before.client().getOutputStream().write(1);
        awaitReady(before);
        close(before);
    }

    @Test
    void aFaultOfWhatTakesConnectionsHandsNoneOnTwiceAndLosesNone() throws Exception {
        Waiting one = waiting();
        Waiting other = waiting();
        faults.set(2);
        one.client().getOutputStream().write(1);
        other.client().getOutputStream().write(1);
        Awaited.isTrue(() -> ready.size() == 2);
        Waiting after = waiting();
        after.client().getOutputStream().write(1);
        Awaited.isTrue(() -> ready.contains(after));
        assertThat(ready).containsExactlyInAnyOrder(one, other, after);
        close(one);
        close(other);
        close(after);
    }

    /** A user's executor may interrupt it; every selection would come back at once, then. */
    @Test
    void anInterruptDoesNotMakeItTurnWithoutEnd() throws Exception {
        Waiting one = waiting();
        thread.interrupt();
        Awaited.isTrue(() -> !thread.isInterrupted());
        one.client().getOutputStream().write(1);
        awaitReady(one);
        close(one);
    }

    /** It is in no list at that moment. */
    @Test
    void aConnectionWhoseRegistrationMeetsAFaultGoesToAThread() {
        AtomicBoolean closed = new AtomicBoolean();
        InputSelector.Waiter faulty = new InputSelector.Waiter() {
            @Override
            public PlainWire wire() {
                throw new OutOfMemoryError("thrown on purpose");
            }

            @Override
            public void close() {
                closed.set(true);
            }
        };
        selector.add(faulty);
        Awaited.isTrue(() -> ready.contains(faulty));
        assertThat(closed).isFalse();
    }

    @Test
    void aConnectionThatIsClosedIsEndedAndItsDescriptorFreed() throws Exception {
        Waiting one = waiting();
        Waiting closedBefore = new Waiting(one.client(), one.wire(), new AtomicBoolean());
        one.wire().close();
        selector.wake();
        assertThat(one.client().getInputStream().read()).isEqualTo(-1);
        selector.add(closedBefore);
        Awaited.isTrue(() -> closedBefore.closed().get());
        one.client().close();
        assertThat(ready).isEmpty();
    }
}
