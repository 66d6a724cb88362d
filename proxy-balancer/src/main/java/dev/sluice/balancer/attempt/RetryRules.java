package dev.sluice.balancer.attempt;

import dev.sluice.balancer.outlier.Failures;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.header.rule.Grpc;
import dev.sluice.proxy.syntax.Ascii;
import dev.sluice.proxy.syntax.HttpDate;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What may be repeated, and when: the rules that depend only on the request and the policy. Immutable. */
final class RetryRules {
    private final RetryPolicy policy;
    private final ProxyRequest request;
    private final boolean idempotent;
    private final boolean grpc;

    RetryRules(RetryPolicy policy, ProxyRequest request) {
        this.policy = policy;
        this.request = request;
        this.idempotent = request.idempotent()
                || (policy.idempotencyKey() && request.headers().has("Idempotency-Key"));
        this.grpc = !policy.grpcStatuses().isEmpty() && Grpc.is(request.headers());
    }

    /** Returns whether sending the request twice is the same as once, by its method or by its key. */
    boolean idempotent() {
        return idempotent;
    }

    /** Returns whether a response is dropped for another attempt, if there can be one. */
    boolean repeats(int status, Headers headers) {
        return (idempotent && policy.statuses().contains(status)) || (grpc && repeatsCall(headers));
    }

    /** A call that was answered without a message has its status in the head. */
    private boolean repeatsCall(Headers headers) {
        return policy.grpcStatuses().contains(Grpc.status(headers)) && !Grpc.refusesRetry(headers);
    }

    /**
     * Returns whether this response is dropped if the request was a trial of its member: the pool has sent it there
     * without need, so the client must not see the member's error.
     */
    boolean repeatsTrial(int status) {
        return idempotent && Failures.kindOf(Outcome.COMPLETED, status) != null;
    }

    /** Why the request may not be sent again after this failure, or null (RFC 9110 §9.2.2). */
    @Nullable
    String refusal(Outcome outcome, Delivery delivery, boolean bodyKept) {
        boolean notSent = delivery == Delivery.NOT_SENT;
        boolean fullOrEmpty = outcome == Outcome.OVERLOADED || outcome == Outcome.NO_UPSTREAM;
        // Only the attempt was broken off, by the drain of its member: the exchange goes on.
        boolean cut = outcome == Outcome.SHUT_DOWN;
        if (!outcome.blamesUpstream() && !cut && !(notSent && fullOrEmpty)) {
            return outcome + " is not the upstream's failure";
        }
        if (!notSent && !idempotent) {
            return "the upstream may have acted on the request, and " + request.method() + " is not idempotent";
        }
        return bodyKept ? null : "the request's body was not kept";
    }

    /**
     * When the member that has answered may be asked again: a back-off from now, or what its Retry-After says (RFC 9110
     * §10.2.3), or the pushback of gRPC; NEVER when that is too long.
     */
    long againNanos(@Nullable Headers answered, TimeSource time, long nanos, Duration backoff) {
        Duration wait = backoff;
        Duration asked = answered == null ? null : asked(answered, time.now());
        if (asked != null && asked.compareTo(policy.maxRetryAfter()) > 0) {
            return TimeSource.NEVER;
        }
        if (asked != null && asked.compareTo(wait) > 0) {
            wait = asked;
        }
        return nanos + wait.toNanos();
    }

    private @Nullable Duration asked(Headers answered, Instant now) {
        Duration pushback = grpc ? Grpc.pushback(answered) : null;
        return pushback == null ? retryAfter(answered, now) : pushback;
    }

    /** The field's value, from seconds or a date; null if there is none that can be read. */
    private static @Nullable Duration retryAfter(Headers answered, Instant now) {
        String value = answered.first("Retry-After").orElse("").trim();
        if (value.isEmpty()) {
            return null;
        }
        if (Ascii.areDigits(value)) {
            return value.length() > 9 ? Duration.ofDays(10_000) : Duration.ofSeconds(Long.parseLong(value));
        }
        Instant date = HttpDate.parse(value, now);
        Duration until = date == null ? null : Duration.between(now, date);
        return until != null && until.isNegative() ? Duration.ZERO : until;
    }
}
