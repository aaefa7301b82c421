# Names of DigComp (CC BY 4.0, European Commission); 0.x are hocvu's own prerequisites, 6.x are those
# of Circular 02/2025/TT-BGDĐT in our translation.

competence-area-0 = First steps with digital devices
competence-0-1 = Using a device
competence-0-2 = Using software on a device

competence-area-1 = Information and data literacy
competence-1-1 = Browsing, searching and filtering data, information and digital content
competence-1-2 = Evaluating data, information and digital content
competence-1-3 = Managing data, information and digital content

competence-area-2 = Communication and collaboration
competence-2-1 = Interacting through digital technologies
competence-2-2 = Sharing through digital technologies
competence-2-3 = Engaging in citizenship through digital technologies
competence-2-4 = Collaborating through digital technologies
competence-2-5 = Netiquette
competence-2-6 = Managing digital identity

competence-area-3 = Digital content creation
competence-3-1 = Developing digital content
competence-3-2 = Integrating and re-elaborating digital content
competence-3-3 = Copyright and licences
competence-3-4 = Programming

competence-area-4 = Safety
competence-4-1 = Protecting devices
competence-4-2 = Protecting personal data and privacy
competence-4-3 = Protecting health and well-being
competence-4-4 = Protecting the environment

competence-area-5 = Problem solving
competence-5-1 = Solving technical problems
competence-5-2 = Identifying needs and technological responses
competence-5-3 = Creatively using digital technologies
competence-5-4 = Identifying digital competence gaps

competence-area-6 = Applying artificial intelligence
competence-6-1 = Understanding artificial intelligence
competence-6-2 = Using artificial intelligence
competence-6-3 = Evaluating artificial intelligence
