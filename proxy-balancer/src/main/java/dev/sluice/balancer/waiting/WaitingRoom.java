package dev.sluice.balancer.waiting;

import dev.sluice.balancer.limit.MemberLimit;
import dev.sluice.balancer.live.AttemptListener;
import dev.sluice.balancer.live.MemberAttempt;
import dev.sluice.balancer.live.PoolSettings;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.balancer.topology.LiveMember;
import dev.sluice.balancer.topology.PoolState;
import dev.sluice.balancer.topology.PoolView;
import dev.sluice.balancer.topology.ViewListener;
import dev.sluice.proxy.Outcome;
import java.util.BitSet;

/**
 * The requests of a pool that wait, in two queues: those without a member that is well, and those whose well members
 * are all full. They are called when a member is back, when one may be tried, and when an attempt has ended. Safe for
 * use by many threads.
 */
public final class WaitingRoom implements AttemptListener, ViewListener {
    private final PoolState pool;
    /** Those that wait because no member is well. */
    private final ParkingLot lot;
    /** Those that wait because all members are full. */
    private final ParkingLot line;

    /** Nobody waits. */
    public WaitingRoom(PoolState pool) {
        this.pool = pool;
        PoolSettings settings = pool.settings();
        Parking parking = settings.parking();
        this.lot = new ParkingLot(() -> parking == null ? 0 : parking.queue());
        MemberLimit limit = settings.limit();
        this.line = new ParkingLot(
                () -> limit == null ? 0 : limit.queue(pool.view().topology().size()));
    }

    /** The queue of those that wait for this reason: OVERLOADED when all members are full, else NO_UPSTREAM. */
    public ParkingLot queue(Outcome why) {
        return why == Outcome.OVERLOADED ? line : lot;
    }

    /** How many wait. */
    public int size() {
        return lot.size() + line.size();
    }

    /** How many wait in the other queue. */
    public int sizeBeside(ParkingLot queue) {
        return (queue == lot ? line : lot).size();
    }

    /** How many of them wait for a place at a member that is full. */
    public int queued() {
        return line.size();
    }

    /** Calls all that wait. */
    public void callAll() {
        lot.callAll();
        line.callAll();
    }

    /** Calls the first that waits in each queue, if there is a member that could take it. */
    public void callIfRoom() {
        if (lot.size() > 0 && hasRoom(lot)) {
            lot.call();
        }
        if (line.size() > 0 && hasRoom(line)) {
            line.call();
        }
    }

    /**
     * Returns whether a member could take a request of this queue, also as its trial, unless a member that is well is
     * only full.
     */
    public boolean hasRoom(ParkingLot queue) {
        PoolView now = pool.view();
        long nanos = pool.settings().time().nanos();
        return takes(now, now.available(), false, nanos)
                || ((queue == lot || now.available().isEmpty()) && takes(now, now.trials(), true, nanos));
    }

    @Override
    public void ended(MemberAttempt attempt, long nanos) {
        callIfRoom();
    }

    /** Calls all when a member is back, or one when there is a trial to be made. */
    @Override
    public void after(PoolView before, PoolView now) {
        if (size() == 0) {
            return;
        }
        if (gained(before, before.available(), now, now.available())) {
            callAll();
            return;
        }
        if (now.available().isEmpty() && !before.available().isEmpty()) {
            // The queue was for full members, and there are none any more.
            line.callAll();
        }
        if (gained(before, before.trials(), now, now.trials())) {
            callIfRoom();
        }
    }

    private static boolean takes(PoolView view, BitSet members, boolean trial, long nanos) {
        for (int i = members.nextSetBit(0); i >= 0; i = members.nextSetBit(i + 1)) {
            LiveMember member = view.topology().member(i).live();
            if (!member.isFull()
                    && !member.isOpen(nanos)
                    && (!trial || member.ejection().wantsTrial(true))) {
                return true;
            }
        }
        return false;
    }

    private static boolean gained(PoolView before, BitSet had, PoolView now, BitSet has) {
        for (int i = has.nextSetBit(0); i >= 0; i = has.nextSetBit(i + 1)) {
            int index = before.topology().indexOf(now.topology().member(i).live());
            if (index < 0 || !had.get(index)) {
                return true;
            }
        }
        return false;
    }
}
