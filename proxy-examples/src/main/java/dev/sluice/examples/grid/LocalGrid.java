package dev.sluice.examples.grid;

import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A grid within this JVM, for tests and demonstrations. A change has been told to all listeners when its call returns. What
 * has ended takes room until its name is used again, or until 1,000 more values have been put.
 */
public final class LocalGrid implements Grid {
    private static final int PUTS_TO_A_SWEEP = 1_000;

    private final TimeSource time;
    private final Map<String, Held<byte[]>> values = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<Long, Held<String>> log = new ConcurrentSkipListMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicInteger puts = new AtomicInteger();
    private long lastNumber;
    private volatile boolean away;
    private volatile boolean silent;

    /** An empty grid with this clock. */
    public LocalGrid(TimeSource time) {
        this.time = time;
    }

    private record Held<T>(T value, long endNanos) {}

    /** From now on, each call fails and nothing is told; or all is well again. What is in the grid stays. */
    public void away(boolean now) {
        away = now;
        listeners.forEach(each -> each.hears(tells()));
    }

    /** From now on, nothing is told, though calls work; or all is well again. */
    public void silent(boolean now) {
        silent = now;
        listeners.forEach(each -> each.hears(tells()));
    }

    private boolean tells() {
        return !away && !silent;
    }

    /** The names of all values. */
    public List<String> names() {
        sweep();
        return List.copyOf(values.keySet());
    }

    @Override
    public byte @Nullable [] get(String name) throws IOException {
        requireHere();
        return bytes(values.get(name));
    }

    @Override
    public void put(String name, byte[] value, Duration life) throws IOException {
        requireHere();
        values.put(name, held(value, life));
        if (puts.incrementAndGet() % PUTS_TO_A_SWEEP == 0) {
            sweep();
        }
    }

    @Override
    public boolean replace(String name, byte @Nullable [] expected, byte @Nullable [] value, Duration life)
            throws IOException {
        requireHere();
        AtomicBoolean replaced = new AtomicBoolean();
        values.compute(name, (same, old) -> {
            if (!Arrays.equals(bytes(old), expected)) {
                return old;
            }
            replaced.set(true);
            return value == null ? null : held(value, life);
        });
        if (replaced.get()) {
            tell(each -> each.changed(name));
        }
        return replaced.get();
    }

    @Override
    public void expire(String name, Duration life) throws IOException {
        requireHere();
        values.computeIfPresent(name, (same, old) -> hasEnded(old) ? null : held(old.value, life));
    }

    @Override
    public void remove(String name) throws IOException {
        requireHere();
        values.remove(name);
    }

    @Override
    public long append(String entry, Duration life) throws IOException {
        long number;
        synchronized (this) {
            requireHere();
            number = Math.max(lastNumber + 1, ChronoUnit.MICROS.between(Instant.EPOCH, time.now()));
            lastNumber = number;
            log.put(number, new Held<>(entry, time.deadline(life)));
        }
        tell(Listener::appended);
        return number;
    }

    @Override
    public List<Logged> after(long number) throws IOException {
        requireHere();
        sweep();
        return log.tailMap(number, false).entrySet().stream()
                .map(each -> new Logged(each.getKey(), each.getValue().value))
                .toList();
    }

    @Override
    public Listening listen(Listener listener) {
        listeners.add(listener);
        listener.hears(tells());
        return () -> listeners.remove(listener);
    }

    private void tell(Consumer<Listener> what) {
        if (tells()) {
            listeners.forEach(what);
        }
    }

    private void requireHere() throws IOException {
        if (away) {
            throw new IOException("the grid is away");
        }
    }

    private byte @Nullable [] bytes(@Nullable Held<byte[]> held) {
        return held == null || hasEnded(held) ? null : held.value;
    }

    private Held<byte[]> held(byte[] bytes, Duration life) {
        return new Held<>(bytes, time.deadline(life));
    }

    private boolean hasEnded(Held<?> held) {
        return held.endNanos - time.nanos() <= 0;
    }

    private void sweep() {
        values.values().removeIf(this::hasEnded);
        log.values().removeIf(this::hasEnded);
    }
}
