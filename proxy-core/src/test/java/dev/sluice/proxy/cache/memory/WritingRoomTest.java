package dev.sluice.proxy.cache.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WritingRoomTest {
    private final WritingRoom room = new WritingRoom(1_000);

    @Test
    void roomIsBounded() {
        assertThat(room.take(600, 400)).isTrue();
        assertThat(room.take(401, 0)).isFalse();
        assertThat(room.take(300, 101)).as("what follows must fit too").isFalse();
        assertThat(room.taken()).isEqualTo(600);
        assertThat(room.take(400, 0)).as("it was not taken yet").isTrue();
        room.giveBack(600);
        assertThat(room.take(600, 0)).isTrue();
        assertThat(room.take(1, Long.MAX_VALUE - 1)).isFalse();
    }

    /** Else each writing would drop responses to make room, and it would not be decided who is used more. */
    @Test
    void whatWasGivenBackIsKeptFreeForTheNext() {
        room.take(600, 0);
        assertThat(room.reserved()).isEqualTo(600);
        room.giveBack(600);
        assertThat(room.reserved()).isEqualTo(600);
        for (int i = 0; i < 200; i++) {
            room.take(100, 0);
            room.giveBack(100);
            assertThat(room.reserved()).isEqualTo(600);
        }
    }

    @Test
    void whatIsNotNeededAnyMoreIsNotKeptFree() {
        room.take(600, 0);
        room.giveBack(600);
        for (int i = 0; i < 511; i++) {
            room.take(100, 0);
            room.giveBack(100);
        }
        assertThat(room.reserved()).isEqualTo(100);
    }

    @Test
    void whatIsTakenIsReserved() {
        for (int i = 0; i < 700; i++) {
            room.take(300, 0);
            room.take(500, 0);
            assertThat(room.reserved()).isGreaterThanOrEqualTo(room.taken());
            room.giveBack(500);
            room.giveBack(300);
        }
        room.take(800, 0);
        for (int i = 0; i < 600; i++) {
            room.take(100, 0);
            room.giveBack(100);
            assertThat(room.reserved()).isEqualTo(900);
        }
    }
}
