package dev.sluice.proxy.limit.adaptive;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.random.RandomGenerator;

/**
 * A server with a number of slots and a queue in front of them, in virtual time. Each answer takes about the same time
 * in its slot.
 */
final class SlotServer {
    private final GradientLimit limit;
    private final RandomGenerator random;
    private final Queue<long[]> queue = new ArrayDeque<>();
    /** The end, the beginning, and the number of requests in flight. */
    private final PriorityQueue<long[]> running = new PriorityQueue<>((a, b) -> Long.compare(a[0], b[0]));

    private int slots;
    private long serviceNanos;
    private long nanos;
    private long answered;

    SlotServer(GradientLimit limit, RandomGenerator random, int slots, long serviceNanos) {
        this.limit = limit;
        this.random = random;
        this.slots = slots;
        this.serviceNanos = serviceNanos;
    }

    /** A limit with the default options. */
    static GradientLimit limit(int min, int max, int initial, RandomGenerator random) {
        return new GradientLimit(
                new GradientLimit.Setup(min, max, initial, 0.25, Duration.ofMillis(100), Duration.ofMinutes(1)),
                random);
    }

    void slots(int count) {
        slots = count;
    }

    void service(long nanosEach) {
        serviceNanos = nanosEach;
    }

    long answered() {
        return answered;
    }

    /** For this time there is always one more request than the limit allows. */
    void saturate(long forNanos) {
        long until = nanos + forNanos;
        fill();
        while (running.peek()[0] <= until) {
            long[] done = running.poll();
            nanos = done[0];
            answered++;
            limit.sample(nanos - done[1], (int) done[2], false, nanos);
            fill();
        }
        nanos = until;
    }

    private void fill() {
        while (running.size() + queue.size() < limit.limit()) {
            queue.add(new long[] {0, nanos, running.size() + queue.size() + 1});
        }
        while (running.size() < slots && !queue.isEmpty()) {
            long[] next = queue.poll();
            next[0] = nanos + (long) (serviceNanos * (0.8 + 0.4 * random.nextDouble()));
            running.add(next);
        }
    }
}
