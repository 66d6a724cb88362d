package dev.sluice.lab.simulation;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.simulation.Fault;
import dev.sluice.balancer.simulation.Keys;
import dev.sluice.balancer.simulation.Latency;
import dev.sluice.balancer.simulation.Load;
import dev.sluice.balancer.simulation.SimulatedMember;
import dev.sluice.balancer.simulation.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The scenarios of the tables. */
final class Scenarios {
    /** The names of all scenarios, in the order of the tables. */
    static final List<String> NAMES = List.of(
            "even",
            "mixed",
            "weighted",
            "slow",
            "stopped",
            "dead-bare",
            "dead",
            "dead-probed",
            "deploy",
            "deploy-abrupt",
            "keys");

    private static final int MEMBERS = 10;
    private static final int DEPLOYED = 5;
    private static final Latency USUAL = Latency.logNormal(Duration.ofMillis(20), Duration.ofMillis(80));
    private static final Latency TWICE = Latency.logNormal(Duration.ofMillis(40), Duration.ofMillis(160));
    private static final Duration WARM_UP = seconds(2);
    private static final Duration FAULT = seconds(7);
    private static final Duration MENDED = seconds(19);
    private static final Duration END = seconds(32);
    private static final String FIRST = id(0);
    private static final HealthCheck CHECK =
            HealthCheck.http("/health").interval(seconds(1)).build();
    private static final Map<String, Integer> WEIGHTS =
            IntStream.range(0, MEMBERS).boxed().collect(Collectors.toMap(Scenarios::id, Scenarios::weight));

    private Scenarios() {}

    /** The scenario of this name, one of {@link #NAMES}. */
    static Scenario named(String name) {
        return switch (name) {
            case "even" -> even();
            case "mixed" -> mixed();
            case "weighted" -> weighted();
            case "slow" -> slow();
            case "stopped" -> stopped();
            case "dead-bare" ->
                dead(
                        name,
                        "One dead member, and a pool that does nothing about it",
                        "`RetryPolicy.NONE`, `EjectionPolicy.OFF`, no probes.",
                        pool -> pool.retry(RetryPolicy.NONE).ejection(EjectionPolicy.OFF));
            case "dead" ->
                dead(
                        name,
                        "One dead member, and the pool's defaults",
                        "Up to three attempts; five failures in a row take a member out for 10 s; no probes.",
                        pool -> {});
            case "dead-probed" ->
                dead(
                        name,
                        "One dead member, and probes",
                        "The defaults, and an HTTP probe every second.",
                        pool -> pool.health(CHECK));
            case "deploy" ->
                deploy(
                        name,
                        "A rolling deploy with slow start",
                        "The pool has probes every second and `SlowStart.over(3 s)`.",
                        pool -> pool.health(CHECK).slowStart(SlowStart.over(seconds(3))));
            case "deploy-abrupt" ->
                deploy(
                        name,
                        "A rolling deploy without slow start",
                        "The same, with probes only.",
                        pool -> pool.health(CHECK));
            case "keys" -> keys();
            default -> throw new IllegalArgumentException("there is no scenario with this name: " + name);
        };
    }

    private static Scenario even() {
        return new Scenario(
                "even",
                "Members that are alike",
                "10 members, 1,000 requests/s: 60 % of what they can do.",
                List.of(Share.ofFullest(Map.of())),
                NamedStrategy.ALL,
                pool -> {},
                () -> ten(1_000, member -> member));
    }

    private static Scenario mixed() {
        return new Scenario(
                "mixed",
                "Mixed speeds, and the pool is not told",
                "5 members as above and 5 that take twice as long, all of weight 1; 750 requests/s: 60 % of what they can"
                        + " do.",
                List.of(Share.ofFullest(Map.of())),
                NamedStrategy.ALL,
                pool -> {},
                () -> ten(750, Scenarios::slowerHalf));
    }

    private static Scenario weighted() {
        return new Scenario(
                "weighted",
                "Mixed speeds, with weights",
                "The same, and the 5 faster members have weight 2.",
                List.of(Share.ofFullest(WEIGHTS)),
                NamedStrategy.ALL,
                pool -> {},
                () -> ten(
                        750,
                        member -> slowerHalf(member)
                                .withConfiguration(told -> told.withWeight(WEIGHTS.getOrDefault(told.id(), 1)))));
    }

    private static Scenario slow() {
        return new Scenario(
                "slow",
                "One slow member",
                "10 members, 1,000 requests/s; one takes ten times as long for 12 s of the 30. The share is that of the slow one in these"
                        + " 12 s.",
                List.of(Share.of("slow one", FIRST, MEMBERS, FAULT, MENDED)),
                NamedStrategy.ALL,
                pool -> {},
                () -> ten(
                        1_000,
                        member ->
                                member.id().equals(FIRST) ? member.withFault(FAULT, MENDED, Fault.slow(10)) : member));
    }

    private static Scenario dead(String name, String title, String setting, Consumer<UpstreamPool.Builder> pool) {
        return new Scenario(
                name,
                title,
                "10 members, 1,000 requests/s, one in ten a POST; one is killed, and is back after 12 s of the 30. "
                        + setting
                        + " The shares are those of this member: while it is dead, and from 3 s after it is back.",
                List.of(
                        Share.of("dead one", FIRST, MEMBERS, FAULT, MENDED),
                        Share.of("when back", FIRST, MEMBERS, MENDED.plusSeconds(3), END)),
                NamedStrategy.ALL,
                pool,
                () -> ten(
                                1_000,
                                member -> member.id().equals(FIRST)
                                        ? member.withFault(FAULT, MENDED, Fault.dead())
                                        : member)
                        .postShare(0.1));
    }

    /** Each new server takes two seconds to start, and is slow for three more. */
    private static Scenario deploy(String name, String title, String setting, Consumer<UpstreamPool.Builder> pool) {
        return new Scenario(
                name,
                title,
                "5 members, 500 requests/s, one in ten a POST; every 10 s `replace` puts a new server in the place of one."
                        + " It takes 2 s to come up, and for 3 s more its requests take four times as long. " + setting
                        + " The share is that of the new member in its first second of use.",
                List.of(Share.ofNew(
                        IntStream.range(0, DEPLOYED)
                                .mapToObj(i -> id(i) + "-new")
                                .toList(),
                        DEPLOYED + 1)),
                NamedStrategy.ALL,
                pool,
                Scenarios::deployment);
    }

    private static Simulation.Builder deployment() {
        Simulation.Builder simulation = common(500, seconds(60), 5_000).postShare(0.1);
        for (int i = 0; i < DEPLOYED; i++) {
            String old = id(i);
            Duration at = seconds(5 + 10L * i);
            Duration up = at.plusSeconds(2);
            simulation
                    .addMember(server(old))
                    .addSpare(server(old + "-new")
                            .withFault(Duration.ZERO, up, Fault.dead())
                            .withFault(up, up.plusSeconds(3), Fault.slow(4)))
                    .addChange(at, (pool, servers) -> pool.replace(old, servers.apply(old + "-new")));
        }
        return simulation;
    }

    private static Scenario stopped() {
        Duration goesOn = FAULT.plusSeconds(3);
        return new Scenario(
                "stopped",
                "One member that stands still for three seconds",
                "10 members, 1,000 requests/s; one stops for 3 s of the 30, without probes. The shares are those of this member, after it goes on.",
                List.of(
                        after("to 2 s", goesOn, 0, 2),
                        after("2 to 5 s", goesOn, 2, 5),
                        after("5 to 10 s", goesOn, 5, 10)),
                NamedStrategy.ALL,
                pool -> {},
                () -> ten(
                        1_000,
                        member ->
                                member.id().equals(FIRST) ? member.withFault(FAULT, goesOn, Fault.stalled()) : member));
    }

    private static Share after(String title, Duration goesOn, int from, int until) {
        return Share.of(title, FIRST, MEMBERS, goesOn.plusSeconds(from), goesOn.plusSeconds(until));
    }

    private static Scenario keys() {
        return new Scenario(
                "keys",
                "A few keys that everybody asks for",
                "10 members, 1,000 requests/s; 10,000 keys, of which the n-th is asked for in proportion to 1/n: the first is"
                        + " a tenth of all requests.",
                List.of(Share.ofFullest(Map.of())),
                NamedStrategy.HASHES,
                pool -> {},
                keyed(Keys.zipf(10_000, 1)));
    }

    private static Supplier<Simulation.Builder> keyed(Keys keys) {
        return () -> {
            Simulation.Builder simulation = common(1_000, END, keys);
            IntStream.range(0, MEMBERS).forEach(i -> simulation.addMember(server(id(i))));
            return simulation;
        };
    }

    private static Simulation.Builder ten(double perSecond, UnaryOperator<SimulatedMember> change) {
        Simulation.Builder simulation = common(perSecond, END, 10_000);
        for (int i = 0; i < MEMBERS; i++) {
            simulation.addMember(change.apply(server(id(i))));
        }
        return simulation;
    }

    private static Simulation.Builder common(double perSecond, Duration duration, int keys) {
        return common(perSecond, duration, Keys.uniform(keys));
    }

    private static Simulation.Builder common(double perSecond, Duration duration, Keys keys) {
        return Simulation.builder()
                .load(Load.poisson(perSecond))
                .addHeader(NamedStrategy.KEY, keys)
                .clients(10_000)
                .warmUp(WARM_UP)
                .duration(duration);
    }

    private static SimulatedMember server(String id) {
        return SimulatedMember.named(id).withLatency(USUAL).withCapacity(4);
    }

    private static SimulatedMember slowerHalf(SimulatedMember member) {
        return WEIGHTS.getOrDefault(member.id(), 1) == 1 ? member.withLatency(TWICE) : member;
    }

    private static int weight(int member) {
        return member < MEMBERS / 2 ? 2 : 1;
    }

    private static String id(int member) {
        return "member-" + member;
    }

    private static Duration seconds(long count) {
        return Duration.ofSeconds(count);
    }
}
