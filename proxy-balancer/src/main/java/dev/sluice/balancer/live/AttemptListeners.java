package dev.sluice.balancer.live;

import java.util.List;

/** Several listeners as one, told in their order. */
public final class AttemptListeners implements AttemptListener {
    private final AttemptListener[] all;

    /** These, in this order. */
    public AttemptListeners(List<? extends AttemptListener> listeners) {
        this.all = listeners.toArray(AttemptListener[]::new);
    }

    @Override
    public void given(MemberAttempt attempt) {
        for (AttemptListener listener : all) {
            listener.given(attempt);
        }
    }

    @Override
    public void running(MemberAttempt attempt) {
        for (AttemptListener listener : all) {
            listener.running(attempt);
        }
    }

    @Override
    public void silent(MemberAttempt attempt, long nanos) {
        for (AttemptListener listener : all) {
            listener.silent(attempt, nanos);
        }
    }

    @Override
    public void answered(MemberAttempt attempt, long nanos) {
        for (AttemptListener listener : all) {
            listener.answered(attempt, nanos);
        }
    }

    @Override
    public void passedOn(MemberAttempt attempt, long nanos) {
        for (AttemptListener listener : all) {
            listener.passedOn(attempt, nanos);
        }
    }

    @Override
    public void ended(MemberAttempt attempt, long nanos) {
        for (AttemptListener listener : all) {
            listener.ended(attempt, nanos);
        }
    }

    @Override
    public void unreachable(MemberAttempt attempt) {
        for (AttemptListener listener : all) {
            listener.unreachable(attempt);
        }
    }
}
