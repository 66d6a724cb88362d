package dev.sluice.proxy.testing;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Works that run at once, each as a task of a clock. */
final class Together {
    private Together() {}

    /**
     * Runs them to their ends, and returns what they return.
     *
     * @throws Exception what the first one throws that fails; others are suppressed in it
     */
    static <T extends @Nullable Object> List<T> run(TimeSource time, List<Callable<T>> works) throws Exception {
        List<@Nullable Object> results = new ArrayList<>();
        ConcurrentSkipListMap<Integer, Throwable> failures = new ConcurrentSkipListMap<>();
        List<Signal> ends = new ArrayList<>();
        for (Callable<T> work : works) {
            int index = results.size();
            results.add(null);
            ends.add(time.start("together-" + (index + 1), () -> {
                try {
                    results.set(index, work.call());
                } catch (Exception | Error failure) {
                    failures.put(index, failure);
                }
            }));
        }
        for (Signal end : ends) {
            time.await(end, TimeSource.NEVER);
        }
        rethrow(new ArrayList<>(failures.values()));
        @SuppressWarnings("unchecked")
        List<T> all = (List<T>) results;
        return all;
    }

    private static void rethrow(List<Throwable> failures) throws Exception {
        if (failures.isEmpty()) {
            return;
        }
        Throwable first = failures.get(0);
        failures.stream().skip(1).filter(each -> !each.equals(first)).forEach(first::addSuppressed);
        if (first instanceof Error error) {
            throw error;
        }
        throw (Exception) first;
    }
}
