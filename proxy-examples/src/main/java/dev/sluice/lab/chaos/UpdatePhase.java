package dev.sluice.lab.chaos;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.PoolSnapshot;
import dev.sluice.balancer.UpstreamPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Updates of the topology at a steady rate: members come, go, drain, resume and change their weights at random. There
 * are three origins with up to two ids each. At least one member always gets new requests.
 */
final class UpdatePhase implements Phase {
    private static final int IDS = 6;
    private static final int MOST_WEIGHT = 5;

    @Override
    public String name() {
        return "updates";
    }

    @Override
    public Toll toll() {
        return Toll.NONE;
    }

    @Override
    public List<Check> run(Stage stage) throws InterruptedException {
        Random random = new Random(stage.options().seed);
        UpstreamPool pool = stage.front().pool();
        long intervalNanos = 1_000_000_000L / stage.options().updates;
        long beginNanos = System.nanoTime();
        long endNanos =
                beginNanos + Duration.ofSeconds(stage.options().updateSeconds).toNanos();
        int updates = 0;
        int changes = 0;
        long mostInFlight = 0;
        for (long atNanos = beginNanos; atNanos < endNanos; atNanos += intervalNanos) {
            TimeUnit.NANOSECONDS.sleep(atNanos - System.nanoTime());
            changes += random.nextBoolean() ? replaceAll(stage, pool, random) : changeOne(stage, pool, random);
            updates++;
            mostInFlight = Math.max(mostInFlight, pool.snapshot().inFlight());
        }
        double seconds = (System.nanoTime() - beginNanos) / 1e9;
        String found = updates + " updates with " + changes + " changes in " + Math.round(seconds) + " s, at most "
                + mostInFlight + " attempts in flight";
        boolean steady = updates / seconds >= 0.95 * stage.options().updates;
        return List.of(new Check(stage.options().updates + " updates of the topology a second", steady, found));
    }

    /** The whole topology as a value. Members that stay keep their counts. */
    private static int replaceAll(Stage stage, UpstreamPool pool, Random random) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < IDS; i++) {
            if (random.nextInt(3) > 0) {
                members.add(member(stage, i, random));
            }
        }
        if (members.isEmpty()) {
            members.add(member(stage, random.nextInt(IDS), random));
        }
        String resumed = members.get(0).id();
        return pool.update(change -> change.members(members).resume(resumed))
                .changes()
                .size();
    }

    private static int changeOne(Stage stage, UpstreamPool pool, Random random) {
        Member one = member(stage, random.nextInt(IDS), random);
        PoolSnapshot now = pool.snapshot();
        PoolSnapshot.MemberSnapshot known = now.member(one.id()).orElse(null);
        boolean another = now.members().stream()
                .anyMatch(each -> !each.id().equals(one.id()) && each.condition() == PoolSnapshot.Condition.UP);
        int what = known == null ? 0 : 1 + random.nextInt(another ? 4 : 2);
        return pool.update(change -> {
                    switch (what) {
                        case 0 -> change.add(one);
                        case 1 -> change.weight(one.id(), one.weight());
                        case 2 -> change.resume(one.id());
                        case 3 -> change.drain(one.id());
                        default -> change.remove(one.id());
                    }
                })
                .changes()
                .size();
    }

    private static Member member(Stage stage, int index, Random random) {
        OriginProcess origin = stage.firstOrigins().get(index / 2);
        return Stage.member(origin, random.nextInt(1, MOST_WEIGHT + 1))
                .withId(origin.name() + (index % 2 == 0 ? "" : ".b"));
    }
}
