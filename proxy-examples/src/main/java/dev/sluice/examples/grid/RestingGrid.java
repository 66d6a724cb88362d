package dev.sluice.examples.grid;

import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A grid that is left alone for a second after each failure, so that not every request waits for a grid that is away. */
final class RestingGrid implements Grid {
    private static final Duration REST = Duration.ofSeconds(1);

    private final Grid grid;
    private final TimeSource time;
    private volatile @Nullable Rest rest;

    RestingGrid(Grid grid, TimeSource time) {
        this.grid = grid;
        this.time = time;
    }

    private record Rest(long untilNanos, Exception why) {}

    private interface Call<T extends @Nullable Object> {
        T call() throws IOException;
    }

    private <T extends @Nullable Object> T ask(Call<T> call) throws IOException {
        Rest now = rest;
        if (now != null && time.nanos() - now.untilNanos < 0) {
            throw new IOException("the grid has failed, and rests: " + now.why.getMessage(), now.why);
        }
        try {
            T result = call.call();
            rest = null;
            return result;
        } catch (IOException | RuntimeException failure) {
            rest = new Rest(time.deadline(REST), failure);
            throw failure;
        }
    }

    @Override
    public byte @Nullable [] get(String name) throws IOException {
        return this.<byte @Nullable []>ask(() -> grid.get(name));
    }

    @Override
    public void put(String name, byte[] value, Duration life) throws IOException {
        ask(() -> {
            grid.put(name, value, life);
            return true;
        });
    }

    @Override
    public boolean replace(String name, byte @Nullable [] expected, byte @Nullable [] value, Duration life)
            throws IOException {
        return ask(() -> grid.replace(name, expected, value, life));
    }

    @Override
    public void expire(String name, Duration life) throws IOException {
        ask(() -> {
            grid.expire(name, life);
            return true;
        });
    }

    @Override
    public void remove(String name) throws IOException {
        ask(() -> {
            grid.remove(name);
            return true;
        });
    }

    @Override
    public long append(String entry, Duration life) throws IOException {
        return ask(() -> grid.append(entry, life));
    }

    @Override
    public List<Logged> after(long number) throws IOException {
        return ask(() -> grid.after(number));
    }

    @Override
    public Listening listen(Listener listener) {
        return grid.listen(listener);
    }
}
