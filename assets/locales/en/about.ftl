# About.

about-title = About
about-what = hocvu helps people learn to use phones and the internet safely, without a connection and free of charge.
about-movement-title = Digital literacy for everyone
about-movement = The movement brings digital knowledge to every village and leaves nobody behind. What counts is what people can really do.
about-movement-source = Plan 01-KH/BCĐTW of 21 Mar 2025
about-offline-title = No internet needed
about-offline = Lessons, questions and records are on this device. If the power fails, every answer already given is still here.
about-privacy-title = Privacy
about-privacy = Names are locked on this device and sent nowhere. You can look, get a copy and erase at any time.
about-facts-title = Facts in the lessons
about-facts = Every law, number and service has its source and the day it was checked. What is not sure is marked “not confirmed”.
about-framework-title = Framework of competences
about-framework = DigComp by the European Commission (CC BY 4.0; translations are ours and not endorsed) and Circular 02/2025/TT-BGDĐT.
about-not-certificate = Results here are no certificate of the state.
about-licence-title = Licence
about-licence = Free software under the Apache License 2.0. Each course names its own licence.
about-version = Version { $version }
about-help-title = Need help?
about-help = Ask the community's digital team, the volunteer, or somebody in the family.
