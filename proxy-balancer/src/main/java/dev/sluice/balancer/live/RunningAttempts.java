package dev.sluice.balancer.live;

import dev.sluice.proxy.internal.CombiningLock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attempts at a member that run, in the order in which they began: a linked list through the attempts themselves, as
 * each is put in and taken out once. Safe for use by many threads.
 */
public final class RunningAttempts implements AttemptListener {
    private final CombiningLock lock = new CombiningLock();
    private @Nullable MemberAttempt first;
    private @Nullable MemberAttempt last;

    @Override
    public void running(MemberAttempt attempt) {
        lock.run(() -> add(attempt));
    }

    private void add(MemberAttempt attempt) {
        attempt.before = last;
        if (last == null) {
            first = attempt;
        } else {
            last.after = attempt;
        }
        last = attempt;
    }

    /** Takes one out; has no effect when it is not in. */
    @Override
    public void ended(MemberAttempt attempt, long nanos) {
        lock.run(() -> remove(attempt));
    }

    @SuppressWarnings("ReferenceEquality") // An attempt is itself alone.
    private void remove(MemberAttempt attempt) {
        if (attempt.before == null && first != attempt) {
            return;
        }
        if (attempt.before == null) {
            first = attempt.after;
        } else {
            attempt.before.after = attempt.after;
        }
        if (attempt.after == null) {
            last = attempt.before;
        } else {
            attempt.after.before = attempt.before;
        }
        attempt.before = null;
        attempt.after = null;
    }

    /** Cuts all of them; returns how many there were. */
    public int cut() {
        List<MemberAttempt> left = lock.get(this::all);
        left.forEach(MemberAttempt::cut);
        return left.size();
    }

    private List<MemberAttempt> all() {
        List<MemberAttempt> all = new ArrayList<>();
        for (MemberAttempt attempt = first; attempt != null; attempt = attempt.after) {
            all.add(attempt);
        }
        return all;
    }
}
