# Competences in everyday words, for learners. The full names are in competence.ftl.

skill-0-1 = Using a phone
skill-0-2 = Using apps on a phone
skill-1-1 = Finding what you need online
skill-1-2 = Spotting false news and scams
skill-1-3 = Keeping photos and papers in order
skill-2-1 = Calling and messaging online
skill-2-2 = Sharing pictures and news
skill-2-3 = Using public services online
skill-2-4 = Working together online
skill-2-5 = Being kind online
skill-2-6 = Looking after your digital identity
skill-3-1 = Making pictures and texts
skill-3-2 = Changing and combining content
skill-3-3 = Respecting what others have made
skill-3-4 = Telling a machine what to do
skill-4-1 = Keeping phone and passwords safe
skill-4-2 = Keeping personal information private
skill-4-3 = Staying well while online
skill-4-4 = Using devices with care for nature
skill-5-1 = Sorting out problems with a device
skill-5-2 = Choosing the right tool
skill-5-3 = Putting technology to work
skill-5-4 = Knowing what to learn next
skill-6-1 = Understanding what AI is
skill-6-2 = Using AI
skill-6-3 = Knowing when not to trust AI
