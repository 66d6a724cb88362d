package dev.sluice.balancer.attempt;

import dev.sluice.balancer.limit.MemberLimit;
import dev.sluice.balancer.live.PoolSettings;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.balancer.waiting.ParkingLot;
import dev.sluice.balancer.waiting.WaitingRoom;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request's places in the queues of its pool, and how long it may wait. For one thread at a time; its exchange may
 * end on another thread.
 */
final class RequestWait {
    private final WaitingRoom room;
    private final PoolSettings settings;
    private final ProxyRequest request;
    private ParkingLot.@Nullable Place place;
    /** The place that it has left for a member. */
    private ParkingLot.@Nullable Place former;

    /** The last place that it took. The end of the exchange gives it back at the latest, on any thread. */
    private volatile ParkingLot.@Nullable Place taken;

    private long untilNanos = TimeSource.NEVER;

    RequestWait(WaitingRoom room, PoolSettings settings, ProxyRequest request) {
        this.room = room;
        this.settings = settings;
        this.request = request;
    }

    /** Returns whether it has a place. */
    boolean waits() {
        return place != null;
    }

    /** Returns whether it waits because no member is well, and not for one that is full. */
    boolean isInLot() {
        return place().queue() == room.queue(Outcome.NO_UPSTREAM);
    }

    /** Returns whether no other waits before it. */
    boolean first() {
        return place().first();
    }

    /** Returns whether its time is not over; true before it has waited. */
    boolean hasTime(long nanos) {
        return nanos < untilNanos;
    }

    /** Returns whether it may go on waiting for this reason: for a full member only if the next ones also wait. */
    boolean mayWait(Outcome why, long nanos) {
        return hasTime(nanos) && (why == Outcome.OVERLOADED || settings.parking() != null);
    }

    /**
     * Takes a place, unless the queue is full, or the requests that wait for this pool would leave too little for other
     * routes.
     *
     * @return null if it has one; otherwise why not, in words for its record, which are empty for a full queue
     */
    @Nullable
    String enter(Outcome why, long nanos) {
        ParkingLot queue = room.queue(why);
        int most = Limits.waiting(request.exchange());
        int elsewhere = room.sizeBeside(queue);
        ParkingLot.Place entered = queue.enter(most - elsewhere);
        if (entered == null) {
            return queue.size() + elsewhere < most
                    ? ""
                    : "does not wait: " + most + " requests wait for pool " + settings.name()
                            + ", its share of limit exchanges";
        }
        // In total a request waits no longer than it may for one reason.
        untilNanos = untilNanos == TimeSource.NEVER ? nanos + longest(why).toNanos() : untilNanos;
        take(entered);
        return null;
    }

    private Duration longest(Outcome why) {
        Parking parking = settings.parking();
        MemberLimit limit = settings.limit();
        if (why != Outcome.OVERLOADED && parking != null) {
            return parking.maxWait();
        }
        return limit == null ? Duration.ZERO : limit.maxWait();
    }

    /** The request was called, found no member, and continues to wait at its old place. */
    void again() {
        place().again();
    }

    /** The request could not reach the member for which it left its place, and gets the place back. */
    void back() {
        if (former != null) {
            former.back();
            take(former);
        }
    }

    /** Calls the next that waits, if a member could take that one. */
    void passOnIfRoom() {
        if (room.hasRoom(place().queue())) {
            place().passOn();
        }
    }

    /** Waits for its turn. */
    Step step() {
        return new Step.Wait(place().signal(), untilNanos);
    }

    /** Gives the place back, if it has one; {@code served} when the request goes to a member now. */
    void leave(boolean served) {
        ParkingLot.Place left = place;
        if (left != null) {
            place = null;
            former = left;
            left.leave(served);
            room.callIfRoom();
        }
    }

    /** One hook is enough for all places of a request, which may often be sent back to wait. */
    private void take(ParkingLot.Place next) {
        boolean first = taken == null;
        place = next;
        taken = next;
        if (first) {
            request.exchange().onEnd(outcome -> leaveTaken());
        } else if (request.exchange().outcome() != null) {
            leaveTaken();
        }
    }

    private void leaveTaken() {
        ParkingLot.Place last = taken;
        if (last != null) {
            last.leave(false);
        }
    }

    private ParkingLot.Place place() {
        return Objects.requireNonNull(place);
    }
}
