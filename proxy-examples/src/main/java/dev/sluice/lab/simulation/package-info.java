/**
 * The simulator at work on the strategies: tables of what each does with members that are slow, dead or replaced, a check
 * against published figures, and how fast it simulates. {@link dev.sluice.lab.simulation.Simulator} is the entry
 * point. Everything runs on the thread that calls it.
 */
@NullMarked
package dev.sluice.lab.simulation;

import org.jspecify.annotations.NullMarked;
