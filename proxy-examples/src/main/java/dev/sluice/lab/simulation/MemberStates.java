package dev.sluice.lab.simulation;

import dev.sluice.balancer.PoolEvent;
import dev.sluice.lab.picture.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which state one member of a pool had when, by the pool's events. */
final class MemberStates {
    private static final String IN_USE = "in use";
    private static final String STARTS = "not up yet";
    private static final String WARMING = "warming up";
    private static final String EJECTED = "ejected";
    private static final String DOWN = "down";
    private static final String DRAINING = "draining";

    /** All states, those that are bad first, as the first colours are the strongest. */
    static final List<String> ALL = List.of(DOWN, IN_USE, WARMING, STARTS, DRAINING, EJECTED);

    private final String member;
    private final boolean warms;
    private final boolean probed;
    private boolean there;
    private boolean down;
    private boolean ejected;
    private boolean warming;
    private boolean starting;
    private boolean draining;

    private MemberStates(String member, List<PoolEvent> own) {
        this.member = member;
        this.warms = own.stream().anyMatch(event -> event.kind() == PoolEvent.Kind.WARM);
        this.probed = own.stream().anyMatch(event -> event.kind() == PoolEvent.Kind.UP);
    }

    /** The states of the member from the beginning to {@code end}, in seconds. */
    static List<Span> of(String member, List<PoolEvent> events, Duration end) {
        List<PoolEvent> own =
                events.stream().filter(event -> event.member().equals(member)).toList();
        MemberStates states = new MemberStates(member, own);
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < own.size(); i++) {
            states.apply(own.get(i));
            double from = seconds(own.get(i).at());
            double until = i + 1 < own.size() ? seconds(own.get(i + 1).at()) : end.toMillis() / 1e3;
            String state = states.state();
            if (state != null && until > from) {
                states.add(spans, new Span(member, state, from, Math.min(until, end.toMillis() / 1e3)));
            }
        }
        return spans;
    }

    private void add(List<Span> spans, Span next) {
        int last = spans.size() - 1;
        if (last >= 0
                && spans.get(last).state().equals(next.state())
                && spans.get(last).until() == next.from()) {
            spans.set(last, new Span(member, next.state(), spans.get(last).from(), next.until()));
        } else {
            spans.add(next);
        }
    }

    private void apply(PoolEvent event) {
        switch (event.kind()) {
            case ADDED -> {
                there = true;
                starting = probed && event.at().isAfter(Instant.EPOCH);
            }
            case REMOVED -> there = false;
            case UP -> {
                starting = false;
                down = false;
                warming = warms;
            }
            case DOWN -> down = true;
            case EJECTED -> ejected = true;
            case REINSTATED -> ejected = false;
            case WARM -> warming = false;
            case DRAINING -> draining = true;
            case RESUMED -> draining = false;
            default -> {}
        }
    }

    private @Nullable String state() {
        if (!there) {
            return null;
        }
        if (draining) {
            return DRAINING;
        }
        if (down) {
            return DOWN;
        }
        if (ejected) {
            return EJECTED;
        }
        if (starting) {
            return STARTS;
        }
        return warming ? WARMING : IN_USE;
    }

    private static double seconds(Instant at) {
        return at.toEpochMilli() / 1e3;
    }
}
