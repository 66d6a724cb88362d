package dev.sluice.lab.chaos;

import java.util.List;

/** What happens while the load runs. */
interface Phase {
    /** Which of the options' phases it is. */
    String name();

    /** What it costs the clients. */
    Toll toll();

    /** Does what it does, and checks what can be checked meanwhile. */
    List<Check> run(Stage stage) throws Exception;
}
