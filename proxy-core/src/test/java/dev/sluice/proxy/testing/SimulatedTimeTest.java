package dev.sluice.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SimulatedTimeTest {
    private final SimulatedTime time = new SimulatedTime();
    private final List<String> log = new CopyOnWriteArrayList<>();

    @Test
    void timeBeginsAtZeroAndDoesNotPassByItself() throws Exception {
        assertThat(time.nanos()).isZero();
        assertThat(time.now()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));

        assertThat(time.run(() -> "result")).isEqualTo("result");

        assertThat(time.nanos()).isZero();
    }

    @Test
    void theWorkRunsOnTheCallersThread() throws Exception {
        assertThat(time.run(Thread::currentThread)).isSameAs(Thread.currentThread());
    }

    @Test
    void whatTheWorkThrowsIsThrownOn() {
        assertThatThrownBy(() -> time.run(() -> {
                    throw new IOException("from the work");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("from the work");
    }

    @Test
    void worksRunTogetherAndTheirResultsKeepTheirOrder() throws Exception {
        List<String> results = time.together(
                () -> {
                    pause(Duration.ofHours(2));
                    return "slow";
                },
                () -> {
                    pause(Duration.ofHours(1));
                    return "fast";
                });
        assertThat(results).containsExactly("slow", "fast");
        assertThat(time.nanos()).isEqualTo(Duration.ofHours(2).toNanos());

        AtomicInteger runs = new AtomicInteger();
        assertThat(time.together(3, runs::incrementAndGet)).containsExactly(1, 2, 3);
        assertThat(time.together(0, runs::incrementAndGet)).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> time.together(-1, runs::incrementAndGet))
                .withMessage("times must not be negative: -1");
    }

    @Test
    void whatWorksThrowIsThrownOnOnceAllHaveEnded() {
        IOException first = new IOException("first");
        AssertionError second = new AssertionError("second");
        assertThatThrownBy(() -> time.together(
                        () -> {
                            pause(Duration.ofHours(2));
                            throw first;
                        },
                        () -> {
                            throw second;
                        },
                        () -> {
                            pause(Duration.ofHours(3));
                            log("ended");
                            return "";
                        }))
                .isSameAs(first)
                .hasSuppressedException(second);
        assertThat(log).containsExactly("10800 ended");
        assertThatThrownBy(() -> time.together(2, () -> {
                    throw second;
                }))
                .isSameAs(second)
                .hasNoSuppressedExceptions();
    }

    @Test
    void whenAllWaitTheClockMovesToTheNextDeadline() throws Exception {
        time.run(() -> {
            Signal done = time.start("sleeper", () -> {
                pause(Duration.ofHours(3));
                log("woke");
            });
            assertThat(time.await(done, time.deadline(Duration.ofHours(1)))).isFalse();
            log("timed out");
            assertThat(time.await(done, TimeSource.NEVER)).isTrue();
            return null;
        });

        assertThat(log).containsExactly("3600 timed out", "10800 woke");
        assertThat(time.now()).isEqualTo(Instant.parse("2026-01-01T03:00:00Z"));
    }

    @Test
    void tasksRunOneAtATimeInTheOrderInWhichTheyBecameAble() throws Exception {
        AtomicInteger running = new AtomicInteger();
        time.run(() -> {
            List<Signal> ends = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                ends.add(time.start(name, () -> {
                    for (int round = 0; round < 3; round++) {
                        assertThat(running.incrementAndGet()).isEqualTo(1);
                        log(name);
                        running.decrementAndGet();
                        pause(Duration.ofSeconds(1));
                    }
                }));
            }
            assertThat(log).isEmpty();
            for (Signal end : ends) {
                time.await(end, TimeSource.NEVER);
            }
            return null;
        });

        assertThat(log).containsExactly("0 a", "0 b", "0 c", "1 a", "1 b", "1 c", "2 a", "2 b", "2 c");
    }

    @Test
    void aSignalWakesItsWaitersInTheOrderInWhichTheyCame() throws Exception {
        Signal signal = new Signal();
        time.run(() -> {
            for (String name : List.of("a", "b", "c")) {
                time.start(name, () -> {
                    await(signal);
                    log(name);
                });
            }
            time.advance(Duration.ofSeconds(1));
            signal.fire();
            assertThat(log).isEmpty();
            time.advance(Duration.ZERO);
            return null;
        });

        assertThat(log).containsExactly("1 a", "1 b", "1 c");
    }

    @Test
    void scheduledTasksRunInOrderOfTimeThenOfRegistration() throws Exception {
        time.schedule(Duration.ofSeconds(2), () -> log("b"));
        time.schedule(Duration.ofSeconds(1), () -> {
            log("a");
            time.schedule(Duration.ofSeconds(1), () -> log("d"));
            time.schedule(Duration.ZERO, () -> log("at once"));
        });
        time.schedule(Duration.ofSeconds(2), () -> log("c"));
        time.schedule(Duration.ofSeconds(2), () -> log("cancelled")).cancel();
        time.schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> log("never")).cancel();

        time.run(() -> {
            time.advance(Duration.ofSeconds(2));
            return null;
        });

        assertThat(log).containsExactly("1 a", "1 at once", "2 b", "2 c", "2 d");
    }

    @Test
    void whatIsScheduledWithoutDelayRunsWhenTheTaskWaitsAndBeforeOtherTasks() throws Exception {
        time.run(() -> {
            time.start("task", () -> log("task"));
            time.schedule(Duration.ZERO, () -> log("scheduled"));
            log("first");
            time.advance(Duration.ZERO);
            return null;
        });

        assertThat(log).containsExactly("0 first", "0 scheduled", "0 task");
    }

    @Test
    void advanceReturnsAfterAllThatHappensAtThatVeryTime() throws Exception {
        time.run(() -> {
            time.start("task", () -> {
                pause(Duration.ofSeconds(1));
                Signal next = time.start("started by task", () -> {
                    time.schedule(Duration.ZERO, () -> log("scheduled by that"));
                    log("started by task");
                });
                await(next);
                log("task");
                pause(Duration.ofNanos(1));
                log("too late");
            });
            time.advance(Duration.ofSeconds(1));
            log("first");
            return null;
        });

        assertThat(log).containsExactly("1 started by task", "1 scheduled by that", "1 task", "1 first");
    }

    @Test
    void aTaskThatThrowsDoesNotStopTheOthers() throws Exception {
        time.schedule(Duration.ofSeconds(1), () -> {
            throw new AssertionError("for the log");
        });
        time.run(() -> {
            Signal done = time.start("failing", () -> {
                throw new AssertionError("for the log");
            });
            assertThat(time.await(done, TimeSource.NEVER)).isTrue();
            time.advance(Duration.ofSeconds(2));
            return null;
        });

        assertThat(time.nanos()).isEqualTo(2_000_000_000L);
    }

    @Test
    void aWaitForWhatHasHappenedKeepsTheBaton() throws Exception {
        Signal fired = new Signal();
        fired.fire();
        time.run(() -> {
            time.start("task", () -> log("task"));
            assertThat(time.await(fired, TimeSource.NEVER)).isTrue();
            assertThat(time.await(new Signal(), time.nanos())).isFalse();
            return null;
        });

        // It begins only as a leftover, when the first task has ended.
        assertThat(log).containsExactly("0 task");
    }

    @Test
    void aDeadlockFailsTheFirstTaskAndNamesAllThatWait() {
        Signal never = new Signal();
        assertThatIllegalStateException()
                .isThrownBy(() -> time.run(() -> {
                    time.start("probe", () -> await(never));
                    time.await(never, TimeSource.NEVER);
                    return null;
                }))
                .withMessage("deadlock: all tasks wait forever, and nothing is scheduled: run, probe");
    }

    @Test
    void anInterruptEndsAWait() throws Exception {
        AtomicReference<Thread> thread = new AtomicReference<>();
        time.run(() -> {
            Signal done = time.start("waiter", () -> {
                thread.set(Thread.currentThread());
                assertThatThrownBy(() -> time.await(new Signal(), TimeSource.NEVER))
                        .isInstanceOf(InterruptedException.class);
                log("interrupted " + Thread.currentThread().isInterrupted());
            });
            time.advance(Duration.ofSeconds(1));
            thread.get().interrupt();
            time.await(done, TimeSource.NEVER);
            return null;
        });

        assertThat(log).containsExactly("1 interrupted false");
    }

    @Test
    void anInterruptBeforeAWaitEndsIt() {
        assertThatThrownBy(() -> time.run(() -> {
                    Thread.currentThread().interrupt();
                    return time.await(new Signal(), TimeSource.NEVER);
                }))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void whenTheFirstTaskEndsTheOthersAreInterruptedAndEndBeforeRunReturns() throws Exception {
        time.run(() -> {
            time.start("waits", () -> stubborn("waits"));
            time.start("sleeps", () -> stubborn("sleeps"));
            time.advance(Duration.ofSeconds(1));
            time.start("not begun", () -> stubborn("not begun"));
            return null;
        });

        assertThat(log).containsExactly("1 not begun", "1 waits", "1 sleeps");
        assertThat(time.run(() -> "again")).isEqualTo("again");
    }

    @Test
    void whatIsLeftCannotWaitAgain() throws Exception {
        time.run(() -> {
            time.start("waits", () -> {
                stubborn("interrupted");
                stubborn("interrupted again");
            });
            time.advance(Duration.ofSeconds(1));
            return null;
        });

        assertThat(log).containsExactly("1 interrupted", "1 interrupted again");
    }

    @Test
    void aTaskThatHasNotBegunWhenTheFirstEndsBeginsInterrupted() throws Exception {
        time.run(() -> time.start(
                "late", () -> log("interrupted " + Thread.currentThread().isInterrupted())));

        assertThat(log).containsExactly("0 interrupted true");
    }

    @Test
    void whatIsScheduledOutlivesTheRun() throws Exception {
        time.run(() -> time.schedule(Duration.ofSeconds(5), () -> log("ran")));
        assertThat(log).isEmpty();

        time.run(() -> {
            time.advance(Duration.ofSeconds(5));
            return null;
        });

        assertThat(log).containsExactly("5 ran");
    }

    @Test
    void aSignalFiredByAForeignThreadWakesATaskOnlyWhenItsTurnComes() throws Exception {
        for (int round = 0; round < 200; round++) {
            Signal signal = new Signal();
            CountDownLatch go = new CountDownLatch(1);
            Signal foreign = TimeSource.system().start("foreign", () -> {
                awaitLatch(go);
                signal.fire();
            });
            AtomicInteger running = new AtomicInteger();
            AtomicInteger atOnce = new AtomicInteger();
            Runnable step = () -> {
                atOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
                go.countDown();
                running.decrementAndGet();
            };
            boolean done = time.run(() -> {
                Signal ticks = time.start("ticker", () -> {
                    for (int i = 0; i < 50; i++) {
                        step.run();
                        pause(Duration.ofMillis(1));
                    }
                });
                time.await(signal, time.deadline(Duration.ofMillis(30)));
                step.run();
                return time.await(ticks, TimeSource.NEVER);
            });
            assertThat(done).isTrue();
            assertThat(atOnce).hasValue(1);
            TimeSource.system().await(foreign, TimeSource.NEVER);
        }
    }

    @Test
    void aForeignThreadCannotWait() {
        assertThatIllegalStateException()
                .isThrownBy(() -> time.await(new Signal(), TimeSource.NEVER))
                .withMessageContaining("only a task of the run");
    }

    @Test
    void aForeignThreadCannotTakeTheBatonOfARun() throws Exception {
        time.run(() -> {
            Signal foreign = TimeSource.system().start("foreign", () -> {
                assertThatIllegalStateException().isThrownBy(() -> time.advance(Duration.ofSeconds(1)));
                log("refused");
            });
            return TimeSource.system().await(foreign, TimeSource.NEVER);
        });

        assertThat(log).containsExactly("0 refused");
    }

    @Test
    void aScheduledTaskCannotWait() throws Exception {
        time.schedule(Duration.ZERO, () -> {
            assertThatIllegalStateException().isThrownBy(() -> time.advance(Duration.ofSeconds(1)));
            log("refused");
        });
        time.run(() -> {
            time.advance(Duration.ZERO);
            return null;
        });

        assertThat(log).containsExactly("0 refused");
    }

    @Test
    void runsDoNotNest() {
        assertThatIllegalStateException().isThrownBy(() -> time.run(() -> time.run(() -> "inner")));
    }

    @Test
    void theClockDoesNotGoBack() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> time.run(() -> {
                    time.advance(Duration.ofSeconds(-1));
                    return null;
                }))
                .withMessageContaining("PT-1S");
    }

    @Test
    void theSameSeedGivesTheSameCourse() throws Exception {
        assertThat(course(7)).isEqualTo(course(7)).hasSize(200);
    }

    private static List<String> course(long seed) throws Exception {
        SimulatedTime time = new SimulatedTime();
        Random random = new Random(seed);
        List<String> course = new ArrayList<>();
        time.run(() -> {
            List<Signal> ends = new ArrayList<>();
            for (int task = 0; task < 10; task++) {
                String name = "task " + task;
                ends.add(time.start(name, () -> {
                    for (int step = 0; step < 20; step++) {
                        course.add(name + " at " + time.nanos());
                        pause(time, Duration.ofNanos(random.nextInt(5)));
                    }
                }));
            }
            for (Signal end : ends) {
                time.await(end, TimeSource.NEVER);
            }
            return null;
        });
        return course;
    }

    /** Ends only when it is interrupted. */
    private void stubborn(String name) {
        try {
            while (true) {
                time.await(new Signal(), name.equals("sleeps") ? time.deadline(Duration.ofDays(1)) : TimeSource.NEVER);
            }
        } catch (InterruptedException interrupted) {
            log(name);
        }
    }

    private void log(String what) {
        log.add(Duration.ofNanos(time.nanos()).toSeconds() + " " + what);
    }

    private void pause(Duration duration) {
        pause(time, duration);
    }

    private static void pause(SimulatedTime time, Duration duration) {
        try {
            time.await(new Signal(), time.deadline(duration));
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private void await(Signal signal) {
        try {
            time.await(signal, TimeSource.NEVER);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
