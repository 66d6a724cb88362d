package dev.sluice.proxy.testing.gateway;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said of whole numbers, span by span: a span of any length takes the same memory. For one thread.
 *
 * @param <T> what is said
 */
final class Spans<T> {
    private final List<Span<T>> spans = new ArrayList<>();

    /** The numbers from one up to another, without that. */
    private record Span<T>(long from, long end, T value) {}

    Spans() {}

    /** The same spans as another one, from now on its own. */
    Spans(Spans<T> same) {
        spans.addAll(same.spans);
    }

    /** Says this of the numbers of a span, instead of what was said of them before. */
    void put(long from, long end, T value) {
        cut(from, end);
        spans.add(new Span<>(from, end, value));
    }

    /** Forgets what was said of the numbers of a span. */
    void cut(long from, long end) {
        List<Span<T>> before = List.copyOf(spans);
        spans.clear();
        for (Span<T> each : before) {
            keep(each, each.from(), Math.min(each.end(), from));
            keep(each, Math.max(each.from(), end), each.end());
        }
    }

    private void keep(Span<T> span, long from, long end) {
        if (from < end) {
            spans.add(new Span<>(from, end, span.value()));
        }
    }

    /** What is said of a number, or null. */
    @Nullable
    T at(long number) {
        for (Span<T> each : spans) {
            if (each.from() <= number && number < each.end()) {
                return each.value();
            }
        }
        return null;
    }

    /** The number behind the last one of which something is said; 0 for none. */
    long end() {
        return spans.stream().mapToLong(Span::end).max().orElse(0);
    }
}
