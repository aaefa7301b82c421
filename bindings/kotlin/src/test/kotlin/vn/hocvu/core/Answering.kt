package vn.hocvu.core

import java.io.File

/** Adds a learner on the phone in this folder and answers until the process is killed. */
fun main(args: Array<String>) {
    val hocvu = Phone(File(args[0])).open()
    hocvu.packs().installStarters()
    val learner = hocvu.learners().add(adult("Lan"))
    while (true) {
        practise(hocvu, learner, answersMax = 1u)
        println("kept ${hocvu.progress().home(learner).recorded}")
        System.out.flush()
    }
}
